namespace ModelBuild.Kernels;

/// <summary>The code-blocks of one band in one precinct.</summary>
internal struct Jp2Precinct
{
    /// <summary>The first block.</summary>
    internal int FirstBlock;

    /// <summary>Blocks from left to right.</summary>
    internal int BlocksWide;

    /// <summary>Blocks from top to bottom.</summary>
    internal int BlocksHigh;

    /// <summary>The first node of the tree of the layers in which blocks appear.</summary>
    internal int LayerTree;

    /// <summary>The first node of the tree of planes without bits.</summary>
    internal int PlaneTree;
}
