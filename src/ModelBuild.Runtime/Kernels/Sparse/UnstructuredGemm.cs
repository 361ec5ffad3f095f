using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Products of a matrix of many rows, such as the pixels of an image, with a constant most of whose weights are zero and left out, wherever they are. Where a weight is left out, NaN and infinity of the
/// left operand do not reach the result, as they would from a product with 0.
/// </summary>
public static unsafe class UnstructuredGemm
{
    /// <summary>The most rows of a tile.</summary>
    private const int MostRows = 80;

    /// <summary>The lanes of the longest vector.</summary>
    private const int MostLanes = 16;

    /// <summary>Tells the number of scratch elements of a product.</summary>
    /// <inheritdoc cref="F32"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int ScratchLength(int m, int n) => checked((UnstructuredPacking.ChunkRows + n) * Math.Min(MostRows, (m + MostLanes - 1) / MostLanes * MostLanes));

    /// <summary>Tells the number of scratch elements that is enough for any number of rows.</summary>
    /// <param name="n">The number of columns.</param>
    public static int GreatestScratchLength(int n) => ScratchLength(MostRows, n);

    /// <summary>Computes y = activation(x * w + bias + residual).</summary>
    /// <param name="x">The left operand, [m, k].</param>
    /// <param name="values">The weights of the right operand, packed by <see cref="UnstructuredPacking.Pack"/>.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="columns">Their columns, below <paramref name="n"/>, with the numbers of their weights.</param>
    /// <param name="ends">The numbers of columns and weights up to and with each chunk's.</param>
    /// <param name="bias">One value per column, [n], or empty.</param>
    /// <param name="residual">A summand, [m, n], or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [m, n].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
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
        ReadOnlySpan<byte> rows,
        ReadOnlySpan<int> columns,
        ReadOnlySpan<int> ends,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> residual,
        Span<float> y,
        Span<float> scratch,
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
        int chunks = UnstructuredPacking.Chunks(k);
        Throw.IfShorter(ends.Length, 2L * chunks, nameof(ends));
        int weights = ends[(2 * chunks) - 1];
        Throw.IfShorter(columns.Length, ends[(2 * chunks) - 2], nameof(columns));
        Throw.IfShorter(values.Length, weights, nameof(values));
        Throw.IfShorter(rows.Length, weights, nameof(rows));
        Throw.IfShorter(x.Length, (long)m * k, nameof(x));
        Throw.IfPresentAndShorter(bias.Length, n, nameof(bias));
        Throw.IfPresentAndShorter(residual.Length, (long)m * n, nameof(residual));
        Throw.IfShorter(y.Length, (long)m * n, nameof(y));
        Throw.IfShorter(scratch.Length, ScratchLength(m, n), nameof(scratch));
        fixed (float* xp = x, valuesp = values, biasp = bias, residualp = residual, yp = y, scratchp = scratch)
        fixed (byte* rowsp = rows)
        fixed (int* columnsp = columns, endsp = ends)
        {
            F32GemmTask task = F32GemmTask.Contiguous(m, n, k, activation, alpha, beta);
            int lanes = Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;
            int most = Math.Min(UnstructuredTile.MostVectors, MostRows / lanes);
            int vectors = (m + lanes - 1) / lanes;
            int tiles = (vectors + most - 1) / most;
            long work = (long)m * weights;
            ThreadTeam? team = ThreadTeam.For(work);
            if (team is not null)
            {
                tiles = Math.Max(tiles, Math.Min(team.Threads, vectors));
            }

            var product = new Product(&task, xp, valuesp, rowsp, columnsp, endsp, biasp, residualp, yp, scratchp, m, n, k, lanes, vectors, tiles);
            if (team is not null)
            {
                SharedRange.Run(team, product, tiles, 1, work);
            }
            else
            {
                product.Run(0, tiles);
            }
        }
    }

    /// <summary>The tiles of a product.</summary>
    private readonly struct Product(
        F32GemmTask* task, float* x, float* values, byte* rows, int* columns, int* ends, float* bias, float* residual, float* y, float* scratch, int m, int n, int k, int lanes, int vectors, int tiles) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            float* memory = ThreadTeam.Memory(scratch, ScratchLength(m, n));
            for (nint tile = first; tile < end; tile++)
            {
                // Tiles of nearly equal height.
                (int firstVector, int endVector) = ChunkGrid.Range((int)tile, tiles, vectors);
                Tile(memory, firstVector * lanes, endVector - firstVector);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Tile(float* memory, int firstRow, int height)
        {
            int width = height * lanes;
            int there = Math.Min(width, m - firstRow);
            float* sums = memory + ((nint)UnstructuredPacking.ChunkRows * width);
            new Span<float>(sums, checked(n * width)).Clear();
            if (there < width)
            {
                new Span<float>(memory, UnstructuredPacking.ChunkRows * width).Clear();
            }

            int column = 0;
            int weight = 0;
            int chunk = 0;
            for (int depth = 0; depth < k; depth += UnstructuredPacking.ChunkRows)
            {
                UnstructuredRows.Turn(x + ((nint)firstRow * k) + depth, k, memory, width, there, Math.Min(UnstructuredPacking.ChunkRows, k - depth));
                Add(memory, sums, columns + column, ends[chunk] - column, values + weight, rows + weight, height);
                column = ends[chunk];
                weight = ends[chunk + 1];
                chunk += 2;
            }

            nint first = (nint)firstRow * n;
            UnstructuredRows.Store(task, sums, width, y + first, bias, residual == null ? null : residual + first, there, n);
            ActivationKernels.ApplyRows(y + first, n, there, n, task->Activation, task->Alpha, task->Beta);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add(float* tile, float* sums, int* columns, int count, float* values, byte* rows, int height)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Add<Vector512<float>, FloatLanes.Lanes16>(tile, sums, columns, count, values, rows, height);
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                Add<Vector256<float>, FloatLanes.Lanes8>(tile, sums, columns, count, values, rows, height);
            }
            else
            {
                Add<Vector128<float>, FloatLanes.Lanes4>(tile, sums, columns, count, values, rows, height);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Add<TVector, TLanes>(float* tile, float* sums, int* columns, int count, float* values, byte* rows, int height)
            where TVector : struct
            where TLanes : IFloatLanes<TVector>
        {
            switch (height)
            {
                case 1:
                    UnstructuredTile.Add<TVector, TLanes, TileRows.R1>(tile, sums, columns, count, values, rows);
                    break;
                case 2:
                    UnstructuredTile.Add<TVector, TLanes, TileRows.R2>(tile, sums, columns, count, values, rows);
                    break;
                case 3:
                    UnstructuredTile.Add<TVector, TLanes, TileRows.R3>(tile, sums, columns, count, values, rows);
                    break;
                case 4:
                    UnstructuredTile.Add<TVector, TLanes, TileRows.R4>(tile, sums, columns, count, values, rows);
                    break;
                case 5:
                    UnstructuredTile.Add<TVector, TLanes, TileRows.R5>(tile, sums, columns, count, values, rows);
                    break;
                case 6:
                    UnstructuredTile.Add<TVector, TLanes, TileRows.R6>(tile, sums, columns, count, values, rows);
                    break;
            }
        }
    }
}
