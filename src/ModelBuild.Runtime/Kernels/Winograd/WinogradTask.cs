using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>What all tiles of one convolution share. All strides are in elements.</summary>
internal struct WinogradTask
{
    /// <summary>
    /// The transformed data and products that are worked on together: about half of a second-level cache of 1 MB, beside which the weights stream through.
    /// </summary>
    private const int BlockBytes = 512 * 1024;

    /// <summary>The fewest tiles worked on together: with less, reading the weights takes longer than multiplying with them.</summary>
    internal const int LeastBlockTiles = 28;

    /// <summary>Elements between the blocks of two points, so that 36 writes do not meet in one set of the first-level cache.</summary>
    private const int PointGap = 16;

    /// <summary>The height of an image.</summary>
    internal int InH;

    /// <summary>The width of an image.</summary>
    internal int InW;

    /// <summary>The channels of an image.</summary>
    internal int InC;

    /// <summary>The height of a result.</summary>
    internal int OutH;

    /// <summary>The width of a result.</summary>
    internal int OutW;

    /// <summary>The channels of a result.</summary>
    internal int OutC;

    /// <summary>The zero rows above the image.</summary>
    internal int PadTop;

    /// <summary>The zero columns left of the image.</summary>
    internal int PadLeft;

    /// <summary>The tiles of one image along its height.</summary>
    internal int TilesY;

    /// <summary>The tiles of one image along its width.</summary>
    internal int TilesX;

    /// <summary>The tiles of all images.</summary>
    internal int Tiles;

    /// <summary>The most tiles worked on together.</summary>
    internal int BlockTiles;

    /// <summary>From a tile's transformed data to the next one's.</summary>
    internal nint DataStride;

    /// <summary>From a point's transformed data to the next one's.</summary>
    internal nint DataPointStride;

    /// <summary>From a point's products to the next one's.</summary>
    internal nint ProductPointStride;

    /// <summary>The lower bound of the result; minus infinity for none.</summary>
    internal float Min;

    /// <summary>The upper bound of the result; infinity for none.</summary>
    internal float Max;

    /// <summary>Whether a residual is added.</summary>
    internal bool HasResidual;

    /// <summary>From a result to its residual.</summary>
    internal nint ResidualOffset;

    /// <summary>Gets the number of scratch elements: a tile of an image with its border, transformed data, and products.</summary>
    internal readonly int ScratchLength => checked((int)(WinogradData.BorderedLength + (WinogradPoints.Products * (DataPointStride + ProductPointStride))));

    /// <summary>Tells the most tiles that are worked on together, for results of any size.</summary>
    internal static int MostBlockTiles(int inC) => Math.Max(LeastBlockTiles, BlockBytes / (WinogradPoints.Products * sizeof(float) * (inC + WinogradPacking.BlockChannels)));

    /// <summary>Cuts the results into tiles and blocks of tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static WinogradTask Of(int batch, int outH, int outW, int inC)
    {
        int tilesY = (outH + WinogradPoints.TileSize - 1) / WinogradPoints.TileSize;
        int tilesX = (outW + WinogradPoints.TileSize - 1) / WinogradPoints.TileSize;
        int tiles = checked(batch * tilesY * tilesX);
        int most = MostBlockTiles(inC);
        int blocks = Math.Max(1, (tiles + most - 1) / most);
        int blockTiles = Math.Max(1, (tiles + blocks - 1) / blocks);

        // Rows a multiple of 4096 bytes apart would share one set of the first-level cache.
        int dataStride = inC % 1024 == 0 ? inC + PointGap : inC;
        return new WinogradTask
        {
            InC = inC,
            OutH = outH,
            OutW = outW,
            TilesY = tilesY,
            TilesX = tilesX,
            Tiles = tiles,
            BlockTiles = blockTiles,
            DataStride = dataStride,
            DataPointStride = checked(((blockTiles * dataStride) + (2 * PointGap) - 1) / PointGap * PointGap),
            ProductPointStride = (blockTiles * WinogradPacking.BlockChannels) + PointGap,
        };
    }
}
