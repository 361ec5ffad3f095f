using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>y = acc.</summary>
internal unsafe struct DotToS32 : IDotEpilogue
{
    /// <summary>The output.</summary>
    internal int* Y;

    /// <summary>Elements between output rows.</summary>
    internal nint Stride;

    /// <summary>Creates the epilogue.</summary>
    internal DotToS32(int* y, nint stride)
    {
        Y = y;
        Stride = stride;
    }

    /// <inheritdoc/>
    public readonly void Store(int* tile, nint tileStride, nint row, int rows, int column, int columns, float* scales, float* floatBias)
    {
        int* y = Y + (row * Stride) + column;
        for (int r = 0; r < rows; r++, y += Stride, tile += tileStride)
        {
            Unsafe.CopyBlockUnaligned(y, tile, (uint)columns * sizeof(int));
        }
    }
}
