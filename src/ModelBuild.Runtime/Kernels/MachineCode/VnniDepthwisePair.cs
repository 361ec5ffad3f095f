namespace ModelBuild.Kernels;

/// <summary>Two neighbouring output lines for <see cref="VnniDepthwisePairsEmitter"/>, without the offset of the channels.</summary>
internal unsafe struct VnniDepthwisePair
{
    /// <summary>The first of the four input lines that the two windows cover. Lines outside the image may be any, as their weights are cleared.</summary>
    internal byte* Line0;

    /// <summary>The second.</summary>
    internal byte* Line1;

    /// <summary>The third.</summary>
    internal byte* Line2;

    /// <summary>The fourth.</summary>
    internal byte* Line3;

    /// <summary>The upper output line, less the input's offset of the first finished column.</summary>
    internal byte* Y0;

    /// <summary>The lower one; the upper one where there is no other.</summary>
    internal byte* Y1;

    /// <summary>For each of the four lines a byte: all bits where it lies inside.</summary>
    internal int Inside;

    /// <summary>For each of the four lines a byte: the input's zero point where it lies outside.</summary>
    internal int Outside;

    /// <summary>0 where both are those of the pair before, and there is one.</summary>
    internal nint IsFresh;
}
