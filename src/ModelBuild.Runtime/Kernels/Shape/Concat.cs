using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Copies of blocks of rows: Concat and Split.</summary>
public static unsafe class Concat
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
        fixed (T* px = x, py = y)
        {
            var copy = new Rows<T>(px + xOffset, py + yOffset, rowLength, xStride, yStride);
            long work = 2L * rows * rowLength * sizeof(T);
            if (rows > 1 && ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, copy, rows, 1, work);
            }
            else
            {
                copy.Run(0, rows);
            }
        }
    }

    private readonly struct Rows<T>(T* x, T* y, int length, int xStride, int yStride) : ISharedRange
        where T : unmanaged
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            for (nint row = first; row < end; row++)
            {
                new ReadOnlySpan<T>(x + (row * xStride), length).CopyTo(new Span<T>(y + (row * yStride), length));
            }
        }
    }
}
