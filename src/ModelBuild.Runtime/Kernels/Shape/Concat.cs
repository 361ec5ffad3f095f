using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Copies of blocks of rows: Concat and Split.</summary>
public static class Concat
{
    /// <summary>
    /// y[yOffset + r * yStride + i] = x[r * xStride + i] for i below rowLength. One call per operand of Concat (yOffset: where the operand starts
    /// in a row of the result), or per result of Split (the operand sliced to where the part starts).
    /// </summary>
    /// <param name="x">The source.</param>
    /// <param name="y">The target; must not overlap <paramref name="x"/>.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="rowLength">The elements copied per row.</param>
    /// <param name="xStride">The elements from a row of <paramref name="x"/> to the next.</param>
    /// <param name="yStride">The elements from a row of <paramref name="y"/> to the next.</param>
    /// <param name="xOffset">Where the first row starts in <paramref name="x"/>.</param>
    /// <param name="yOffset">Where the first row starts in <paramref name="y"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy2D<T>(ReadOnlySpan<T> x, Span<T> y, int rows, int rowLength, int xStride, int yStride, int xOffset, int yOffset)
        where T : unmanaged
    {
        if (rows <= 0 || rowLength <= 0)
        {
            return;
        }

        if (xStride == rowLength && yStride == rowLength)
        {
            rowLength = checked(rowLength * rows);
            rows = 1;
        }

        Throw.IfShorter(x.Length, xOffset + ((rows - 1L) * xStride) + rowLength, nameof(x));
        Throw.IfShorter(y.Length, yOffset + ((rows - 1L) * yStride) + rowLength, nameof(y));
        for (int r = 0; r < rows; r++)
        {
            x.Slice(xOffset + (r * xStride), rowLength).CopyTo(y.Slice(yOffset + (r * yStride), rowLength));
        }
    }
}
