namespace ModelBuild.Kernels;

/// <summary>The steps and the strength of the loop filter for the blocks of one segment of a lossy WebP picture.</summary>
internal struct Vp8Segment
{
    /// <summary>The index of steps, or what is added to it.</summary>
    internal int Index;

    /// <summary>The level of the loop filter, or what is added to it.</summary>
    internal int Level;

    /// <summary>The steps of luma: the mean, others.</summary>
    internal (int Dc, int Ac) Luma;

    /// <summary>The steps of the means of luma.</summary>
    internal (int Dc, int Ac) Means;

    /// <summary>The steps of chroma.</summary>
    internal (int Dc, int Ac) Chroma;
}
