namespace ModelBuild.Kernels;

/// <summary>A part of a code-block's data in one packet.</summary>
internal struct Jp2Piece
{
    /// <summary>Where it starts in the tile's data.</summary>
    internal int Start;

    /// <summary>Its bytes.</summary>
    internal int Length;

    /// <summary>The passes that it adds.</summary>
    internal int Passes;

    /// <summary>Whether a codeword segment begins with it.</summary>
    internal bool StartsSegment;

    /// <summary>The block's next piece, or -1.</summary>
    internal int Next;
}
