using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The tiles that <see cref="Avx2Minimal3x3"/> handles together: for each point the product of a matrix of tiles and one of 16 output channels.</summary>
internal unsafe struct Avx2MinimalBlock
{
    /// <summary>The number of tiles.</summary>
    internal int Tiles;

    /// <summary>Input channels.</summary>
    internal int Channels;

    /// <summary>[point][tile][channels].</summary>
    internal short* Inputs;

    /// <summary>Integers between the points of <see cref="Inputs"/>.</summary>
    internal int PointInputs;

    /// <summary>Integers between the points of the weights.</summary>
    internal int PointWeights;

    /// <summary>[point][tile][16].</summary>
    internal int* Sums;

    /// <summary>Integers between the points of <see cref="Sums"/>.</summary>
    internal int PointSums;

    /// <summary>Multiplies some channels; the first ones begin the sums.</summary>
    /// <param name="w">[point][count / 4][2][16][2].</param>
    /// <param name="first">The first channel.</param>
    /// <param name="count">The number of channels, a multiple of 4.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal readonly void Multiply(short* w, int first, int count)
    {
        int* zeros = stackalloc int[DotPanel.Columns];
        new Span<int>(zeros, DotPanel.Columns).Clear();
        short* x = Inputs + first;
        int* sums = Sums;
        for (int point = 0; point < Avx2Minimal3x3.Points; point++)
        {
            Avx2DotTiles.Run(Tiles, x, Channels, w, count / 4, first == 0 ? zeros : sums, first == 0 ? 0 : DotPanel.Columns, sums);
            x += PointInputs;
            w += PointWeights;
            sums += PointSums;
        }
    }
}
