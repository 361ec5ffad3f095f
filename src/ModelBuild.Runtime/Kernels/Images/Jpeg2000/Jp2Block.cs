namespace ModelBuild.Kernels;

/// <summary>A code-block, and what packets have brought of it so far.</summary>
internal struct Jp2Block
{
    /// <summary>Its samples in the band.</summary>
    internal Jp2Rect Area;

    /// <summary>Its band.</summary>
    internal int Band;

    /// <summary>The planes that have bits.</summary>
    internal int Planes;

    /// <summary>The passes so far; none where no packet has had the block.</summary>
    internal int Passes;

    /// <summary>The bits of the lengths of its data.</summary>
    internal int LengthBits;

    /// <summary>The passes of its last codeword segment.</summary>
    internal int SegmentPasses;

    /// <summary>Its first piece of data, or -1.</summary>
    internal int FirstPiece;

    /// <summary>Its last piece of data.</summary>
    internal int LastPiece;
}
