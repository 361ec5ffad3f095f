using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Products of a matrix of few rows with a constant of which at most two of four weights of a column are not zero. Where a weight is left out, NaN and infinity of the left operand may reach the result,
/// as they would from a product with 0, or not.
/// </summary>
public static unsafe class TwoOfFourGemm
{
    private const int Width = TwoOfFourPacking.Width;
    private const int GroupRows = TwoOfFourPacking.GroupRows;

    /// <summary>Computes y = activation(x * w + bias + residual).</summary>
    /// <param name="x">The left operand, [m, k].</param>
    /// <param name="values">The weights of the right operand, packed by <see cref="TwoOfFourPacking.Pack"/>.</param>
    /// <param name="places">Their places.</param>
    /// <param name="bias">One value per column, [n], or empty.</param>
    /// <param name="residual">A summand, [m, n], or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [m, n].</param>
    /// <param name="m">The number of rows, at least 1.</param>
    /// <param name="n">The number of columns, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    /// <param name="activation">The function applied to the result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is below 1.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> values,
        ReadOnlySpan<uint> places,
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
        Throw.IfBelow(m, 1, nameof(m));
        Throw.IfBelow(n, 1, nameof(n));
        Throw.IfBelow(k, 1, nameof(k));
        int vectors = TwoOfFourPacking.Vectors(n, k);
        Throw.IfShorter(values.Length, (long)vectors * Width, nameof(values));
        Throw.IfShorter(places.Length, vectors, nameof(places));
        Throw.IfShorter(x.Length, (long)m * k, nameof(x));
        Throw.IfPresentAndShorter(bias.Length, n, nameof(bias));
        Throw.IfPresentAndShorter(residual.Length, (long)m * n, nameof(residual));
        Throw.IfShorter(y.Length, (long)m * n, nameof(y));
        fixed (float* xp = x, valuesp = values, biasp = bias, residualp = residual, yp = y)
        fixed (uint* placesp = places)
        {
            F32GemmTask task = F32GemmTask.Contiguous(m, n, k, activation, alpha, beta);
            var product = new Product(&task, xp, valuesp, placesp, biasp, residualp, yp, m, n, k);
            int panels = SparsePacking.Panels(n);
            long work = (long)m * vectors * Width;
            if (ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, product, panels, 1, work);
            }
            else
            {
                product.Run(0, panels);
            }
        }
    }

    /// <summary>The panels of a product.</summary>
    private readonly struct Product(F32GemmTask* task, float* x, float* values, uint* places, float* bias, float* residual, float* y, int m, int n, int k) : ISharedRange
    {
        /// <inheritdoc/>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            float* sums = stackalloc float[TwoOfFourTile.MostRows * Width];
            float* last = stackalloc float[TwoOfFourTile.MostRows * GroupRows];
            int most = Avx512F.IsSupported ? TwoOfFourTile.MostRows : TwoOfFourTile.MostRowsOf16;
            int tiles = (m + most - 1) / most;
            int whole = k / GroupRows;
            nint vectors = (nint)TwoOfFourPacking.Groups(k) * TwoOfFourPacking.Kept;
            for (nint panel = first; panel < end; panel++)
            {
                float* panelValues = values + (panel * vectors * Width);
                uint* panelPlaces = places + (panel * vectors);
                int column = (int)panel * Width;
                for (int tile = 0; tile < tiles; tile++)
                {
                    // Tiles of nearly equal height.
                    (int row, int endRow) = ChunkGrid.Range(tile, tiles, m);
                    int rows = endRow - row;
                    float* from = x + ((nint)row * k);
                    new Span<float>(sums, rows * Width).Clear();
                    if (whole > 0)
                    {
                        Add(from, k, panelValues, panelPlaces, whole, rows, sums);
                    }

                    if (whole * GroupRows < k)
                    {
                        CopyLast(from + (whole * GroupRows), last, rows);
                        nint done = (nint)whole * TwoOfFourPacking.Kept;
                        Add(last, GroupRows, panelValues + (done * Width), panelPlaces + done, 1, rows, sums);
                    }

                    nint target = ((nint)row * n) + column;
                    PanelSums.Store(task, sums, y + target, bias == null ? null : bias + column, residual == null ? null : residual + target, rows, Math.Min(Width, n - column));
                }
            }

            int start = (int)first * Width;
            ActivationKernels.ApplyRows(y + start, n, m, Math.Min((int)end * Width, n) - start, task->Activation, task->Alpha, task->Beta);
        }

        /// <summary>Copies the elements of a group that is not whole, with zeros behind them.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void CopyLast(float* from, float* last, int rows)
        {
            int count = k % GroupRows;
            for (int row = 0; row < rows; row++)
            {
                for (int i = 0; i < GroupRows; i++)
                {
                    last[(row * GroupRows) + i] = i < count ? from[((nint)row * k) + i] : 0f;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add(float* x, nint stride, float* values, uint* places, int groups, int rows, float* sums)
        {
            if (Avx512F.IsSupported)
            {
                TwoOfFourTile.Add<Vector512<float>, Vector512<int>, FloatLanes.Lanes16, TwoOfFourLanes.Lanes16>(x, stride, values, places, groups, rows, sums);
            }
            else if (Avx2.IsSupported)
            {
                TwoOfFourTile.Add<Vector256<float>, Vector256<int>, FloatLanes.Lanes8, TwoOfFourLanes.Lanes8>(x, stride, values, places, groups, rows, sums);
            }
            else
            {
                TwoOfFourTile.Add<Vector128<float>, Vector128<int>, FloatLanes.Lanes4, TwoOfFourLanes.Lanes4>(x, stride, values, places, groups, rows, sums);
            }
        }
    }
}
