using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Products of a matrix with a constant one of which blocks of 1 x 16 weights are zero and left out. Where a weight is left out, NaN and infinity of the left operand do not reach the result, as they
/// would from a product with 0.
/// </summary>
public static unsafe class SparseGemm
{
    /// <summary>Rows that are computed together.</summary>
    private const int TileRows = 8;

    private const int Width = SparsePacking.Width;

    /// <summary>Computes y = activation(x * w + bias + residual).</summary>
    /// <param name="x">The left operand, [m, k].</param>
    /// <param name="values">The blocks of the right operand, packed by <see cref="SparsePacking.Pack"/>.</param>
    /// <param name="rows">The row of each block, below <paramref name="k"/>.</param>
    /// <param name="ends">For each panel of 16 columns the number of blocks up to and with its own.</param>
    /// <param name="bias">One value per column, [n], or empty.</param>
    /// <param name="residual">A summand, [m, n], or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [m, n].</param>
    /// <param name="m">The number of rows.</param>
    /// <param name="n">The number of columns, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    /// <param name="activation">The function applied to the result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is below its least value.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> values,
        ReadOnlySpan<int> rows,
        ReadOnlySpan<int> ends,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> residual,
        Span<float> y,
        int m,
        int n,
        int k,
        Activation activation,
        float alpha,
        float beta)
    {
        Throw.IfBelow(m, 0, nameof(m));
        Throw.IfBelow(n, 1, nameof(n));
        Throw.IfBelow(k, 1, nameof(k));
        int panels = SparsePacking.Panels(n);
        Throw.IfShorter(ends.Length, panels, nameof(ends));
        Throw.IfShorter(rows.Length, ends[panels - 1], nameof(rows));
        Throw.IfShorter(values.Length, (long)ends[panels - 1] * Width, nameof(values));
        Throw.IfShorter(x.Length, (long)m * k, nameof(x));
        Throw.IfPresentAndShorter(bias.Length, n, nameof(bias));
        Throw.IfPresentAndShorter(residual.Length, (long)m * n, nameof(residual));
        Throw.IfShorter(y.Length, (long)m * n, nameof(y));
        if (m == 0)
        {
            return;
        }

        fixed (float* xp = x, valuesp = values, biasp = bias, residualp = residual, yp = y)
        fixed (int* rowsp = rows, endsp = ends)
        {
            long work = (long)m * ends[panels - 1] * Width;
            F32GemmTask task = F32GemmTask.Contiguous(m, n, k, activation, alpha, beta);
            var product = new Product(&task, xp, valuesp, rowsp, endsp, biasp, residualp, yp, m, n, k);
            if (ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, product, m == 1 ? panels : m, m == 1 ? 1 : TileRows, work);
            }
            else
            {
                product.Run(0, m == 1 ? panels : m);
            }
        }
    }

    /// <summary>Rows, or the panels of a single row.</summary>
    private readonly struct Product(
        F32GemmTask* task, float* x, float* values, int* rows, int* ends, float* bias, float* residual, float* y, int m, int n, int k) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            if (m == 1)
            {
                Panels(0, 1, (int)first, (int)end);
                return;
            }

            for (nint row = first; row < end;)
            {
                int count = Count(end - row);
                Panels(row, count, 0, SparsePacking.Panels(n));
                row += count;
            }
        }

        // As many rows as a tile has, where there are so many.
        private static int Count(nint rows) => Vector512.IsHardwareAccelerated && rows >= TileRows ? TileRows : rows >= TileRows / 2 ? TileRows / 2 : 1;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Panels(nint row, int count, int firstPanel, int endPanel)
        {
            float* sums = stackalloc float[TileRows * Width];
            float* from = x + (row * k);
            int block = firstPanel == 0 ? 0 : ends[firstPanel - 1];
            for (int panel = firstPanel; panel < endPanel; panel++)
            {
                int blocks = ends[panel] - block;
                SparseTile.Sum(from, k, count, values + ((nint)block * Width), rows + block, blocks, sums);
                block += blocks;
                int column = panel * Width;
                int columns = Math.Min(Width, n - column);
                nint target = (row * n) + column;
                PanelSums.Store(task, sums, y + target, bias == null ? null : bias + column, residual == null ? null : residual + target, count, columns);
            }

            int start = firstPanel * Width;
            int width = Math.Min(endPanel * Width, n) - start;
            ActivationKernels.ApplyRows(y + (row * n) + start, n, count, width, task->Activation, task->Alpha, task->Beta);
        }
    }
}
