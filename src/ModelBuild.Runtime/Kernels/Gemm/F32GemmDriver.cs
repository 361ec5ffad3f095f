using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Cuts a product into tiles. Panels are the outer loop, so that each is read once from memory and stays in the second-level cache.</summary>
internal static unsafe class F32GemmDriver
{
    /// <summary>The columns that are computed together: parts of a product begin at multiples of it.</summary>
    internal const int ColumnsTogether = F32Gemm14x32Avx512.Columns;

    private const int MaxTileRows = F32Gemm14x32Avx512.MaxRows;

    /// <summary>The rows of a tile, rounded up to whole vectors of offsets.</summary>
    private const int OffsetSlots = 16;

    /// <summary>From this depth on a tile takes longer than memory.</summary>
    private const int DeepSums = 64;

    /// <summary>The elements of a result that does not stay in the caches near the processor.</summary>
    private const int FarResults = 64 * 1024;

    /// <summary>Rows that lie a multiple of this many bytes apart share a set of the first-level cache.</summary>
    private const int AliasingBytes = 4096;

    /// <summary>The rows that a set of 12 lines holds beside the lines of two panels.</summary>
    private const int AliasingRows = 10;

    /// <summary>
    /// The last tiles of a column, which bring the next two panels into the second-level cache: with fewer memory would not keep up, with more the panels would
    /// lie there long before their use.
    /// </summary>
    private const int AheadTiles = 4;

    /// <summary>The tiles whose results stay in the first-level cache until their function is applied, in one loop whose start costs as much as that of one tile.</summary>
    private const int FunctionTiles = 8;

    /// <summary>The bytes of a left operand that stays in a second-level cache of 512 KB beside panels and results.</summary>
    private const int NearBytes = 256 * 1024;

    /// <summary>The panels from which on a left operand outside of that cache costs more than to read panels again.</summary>
    private const int ManyPanels = 16;

    /// <summary>The depth up to which panels are so small.</summary>
    private const int ShallowSums = 256;

    /// <summary>The rows of the portable tile whose accumulators fit 16 registers.</summary>
    private const int SixteenRegisterRows = 4;

    /// <summary>Computes y = f(a * b + bias + residual).</summary>
    /// <param name="task">Strides and activation function.</param>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The panels of the right operand.</param>
    /// <param name="y">The result.</param>
    /// <param name="bias">One value per column, or null.</param>
    /// <param name="residual">An operand shaped like the result, which may be the result itself, or null.</param>
    /// <param name="m">The number of rows.</param>
    /// <param name="n">The number of columns.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(F32GemmTask* task, float* a, float* b, float* y, float* bias, float* residual, int m, int n)
    {
        int maxRows = MaxRows(task);
        long work = (long)m * n * task->RunLength * task->InnerRuns * task->OuterRuns;
        if (task->RunLength * task->InnerRuns * task->OuterRuns >= DeepSums && (long)m * n >= FarResults)
        {
            if (Avx512F.IsSupported)
            {
                task->FetchFarResults();
            }
            else
            {
                task->IsDeep = true;
            }
        }

        Unsafe.SkipInit(out F32GemmProduct product);
        product.Task = task;
        product.A = a;
        product.B = b;
        product.Y = y;
        product.Bias = bias;
        product.Residual = residual;
        product.M = m;
        product.N = n;
        product.Tiles = (m + maxRows - 1) / maxRows;
        if (ThreadTeam.For(work) is { } team)
        {
            product.Share(team, work);
        }
        else if (Avx512F.IsSupported)
        {
            Part(&product, 0, product.Tiles, 0, n);
        }
        else
        {
            int together = task->IsDeep ? TilesTogether(&product) : product.Tiles;
            for (int tile = 0; tile < product.Tiles; tile += together)
            {
                Part(&product, tile, Math.Min(tile + together, product.Tiles), 0, n);
            }
        }
    }

    /// <summary>
    /// Tells how many tiles of every column are computed before others where the second-level cache may be small: all that there are, or as many as read what stays
    /// there of the left operand.
    /// </summary>
    private static int TilesTogether(F32GemmProduct* product)
    {
        F32GemmTask* task = product->Task;
        nint depth = task->RunLength * task->InnerRuns * task->OuterRuns;
        int panels = (product->N + GemmPacking.PanelWidth - 1) / GemmPacking.PanelWidth;
        long bytes = Math.Min(task->RowStride, depth) * (long)product->M * sizeof(float);
        if (panels < ManyPanels || depth > ShallowSums || bytes <= NearBytes)
        {
            return product->Tiles;
        }

        int groups = (int)(bytes / NearBytes) + 1;
        return (product->Tiles + groups - 1) / groups;
    }

    /// <summary>Computes the tiles of some rows and columns.</summary>
    /// <param name="product">The product.</param>
    /// <param name="firstTile">The first tile of a column.</param>
    /// <param name="endTile">The end of the tiles of a column.</param>
    /// <param name="firstColumn">The first column, a multiple of <see cref="ColumnsTogether"/>.</param>
    /// <param name="n">The end of the columns: another, or that of all.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Part(F32GemmProduct* product, int firstTile, int endTile, int firstColumn, int n)
    {
        F32GemmTask* task = product->Task;
        float* b = product->B;
        float* bias = product->Bias;
        bool oneLine = task->LineRows >= product->M;
        nint* straight = stackalloc nint[OffsetSlots];
        nint* crossing = stackalloc nint[OffsetSlots];
        for (int row = 0; row < OffsetSlots; row++)
        {
            straight[row] = row * task->RowStride;
        }

        nint jump = task->LineStride - (task->LineRows * task->RowStride);

        // Tiles of nearly equal height: none is so low that its few accumulators cannot hide the latency of the multiply-add.
        int tileRows = product->M / product->Tiles;
        int higher = product->M % product->Tiles;
        int firstRow = (firstTile * tileRows) + Math.Min(firstTile, higher);
        int firstX = oneLine ? firstRow : firstRow % task->LineRows;
        float* firstLine = oneLine ? product->A : product->A + (firstRow / task->LineRows * task->LineStride);
        float* y = product->Y + (firstRow * task->YStride);
        float* residual = product->Residual == null ? null : product->Residual + (firstRow * task->YStride);
        int aheadTiles = endTile - firstTile >= AheadTiles ? AheadTiles : 2;
        int firstAhead = endTile - aheadTiles;
        nint aheadStep = Avx512F.IsSupported ? 2 * task->DepthStep / aheadTiles : 0;
        nint aheadLength = Avx512F.IsSupported ? 2 * task->PanelStride / aheadTiles : 0;
        int columns;
        for (int column = firstColumn; column < n; column += columns)
        {
            // Two panels at once, of which the second may be partial, cost less than one after the other.
            bool wide = Avx512F.IsSupported && n - column > GemmPacking.PanelWidth;
            bool narrowAhead = !Avx512F.IsSupported && task->DepthStep == GemmPacking.PanelWidth && aheadTiles == AheadTiles && n - column >= 2 * GemmPacking.PanelWidth;
            bool half = wide && n - column <= F32Gemm14x24Avx512.Columns;
            columns = Math.Min(wide ? F32Gemm14x32Avx512.Columns : GemmPacking.PanelWidth, n - column);
            float* panel = b + (column / GemmPacking.PanelWidth * task->PanelStride);
            float* panelBias = bias == null ? null : bias + column;
            int row = 0;
            int x = firstX;
            float* line = firstLine;
            int tiles;
            for (int tile = firstTile; tile < endTile; tile += tiles)
            {
                int rows = tile < higher ? tileRows + 1 : tileRows;
                float* first = line + (x * task->RowStride);
                nint* offsets = straight;
                int before = task->LineRows - x;
                tiles = 1;
                if (rows > before)
                {
                    offsets = crossing;
                    CrossLines(straight, crossing, before, rows, task->LineRows, jump);
                }
                else
                {
                    int end = tile < higher && higher < endTile ? higher : endTile;
                    tiles = ((wide || narrowAhead) && tile < firstAhead && firstAhead < end ? firstAhead : end) - tile;
                    tiles = oneLine ? tiles : Math.Min(tiles, before / rows);
                    tiles = task->Activation == Activation.None ? tiles : Math.Min(tiles, FunctionTiles);
                }

                for (x += tiles * rows; x >= task->LineRows; x -= task->LineRows)
                {
                    line += task->LineStride;
                }

                float* tileY = y + (row * task->YStride) + column;
                float* tileResidual = residual == null ? null : residual + (row * task->YStride) + column;
                if (half)
                {
                    F32Gemm14x24Avx512.Run(rows, tiles, task, first, offsets, panel, tileY, panelBias, tileResidual, columns);
                }
                else if (wide)
                {
                    bool isAhead = tile >= firstAhead;
                    float* ahead = isAhead ? panel + (2 * task->PanelStride) + ((tile - firstAhead) * aheadLength) : panel;
                    F32Gemm14x32Avx512.Run(rows, tiles, task, first, offsets, panel, tileY, panelBias, tileResidual, columns, ahead, isAhead ? aheadStep : 0);
                }
                else if (Avx512F.IsSupported && product->N <= F32GemmPairs14x16Avx512.Columns)
                {
                    F32GemmPairs14x16Avx512.Run(rows, tiles, task, first, offsets, panel, tileY, panelBias, tileResidual, columns);
                }
                else if (Avx512F.IsSupported)
                {
                    F32Gemm14x16Avx512.Run(rows, tiles, task, first, offsets, panel, tileY, panelBias, tileResidual, columns);
                }
                else if (Avx2.IsSupported && Fma.IsSupported && columns == GemmPacking.PanelWidth)
                {
                    bool isAhead = narrowAhead && tile >= firstAhead;
                    float* ahead = isAhead ? panel + task->PanelStride + ((tile - firstAhead) * (task->PanelStride / AheadTiles)) : panel;
                    F32Gemm6x16Avx2.Run(task, first, offsets, panel, tileY, panelBias, tileResidual, ahead, isAhead ? GemmPacking.PanelWidth : 0, tiles, rows);
                }
                else
                {
                    Narrow(task, rows, tiles, first, offsets, panel, tileY, panelBias, tileResidual, columns);
                }

                if (task->Activation != Activation.None)
                {
                    ActivationKernels.ApplyRows(tileY, task->YStride, tiles * rows, columns, task->Activation, task->Alpha, task->Beta);
                }

                row += tiles * rows;
            }
        }
    }

    /// <summary>Tells how many rows a tile may have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int MaxRows(F32GemmTask* task)
    {
        if (Avx512F.IsSupported)
        {
            return task->RowStride * sizeof(float) % AliasingBytes == 0 ? AliasingRows : F32Gemm14x32Avx512.MaxRows;
        }

        return MaxNarrowRows();
    }

    /// <summary>On its own, since the JIT loads the large class of each instruction set that a method names, whether it calls it or not.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int MaxNarrowRows()
    {
        return Avx2.IsSupported && Fma.IsSupported ? F32Gemm6x16Avx2.MaxRows
            : AdvSimd.IsSupported ? F32Gemm8x8Vector128.MaxRows
            : SixteenRegisterRows;
    }

    /// <summary>Tells the offsets of a tile's rows of which the first <paramref name="before"/> lie before the end of a line: every end adds a jump to the rows behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CrossLines(nint* straight, nint* crossing, int before, int rows, int lineRows, nint jump)
    {
        for (int first = 0; first < rows; first += Vector<nint>.Count)
        {
            Vector<nint> offsets = Vector.Load(straight + first);
            Vector<nint> indices = Vector<nint>.Indices + Vector.Create((nint)first);
            for (int next = before; next < rows; next += lineRows)
            {
                offsets += Vector.GreaterThanOrEqual(indices, Vector.Create((nint)next)) & Vector.Create(jump);
            }

            offsets.Store(crossing + first);
        }
    }

    /// <summary>Computes tiles below each other one by one, of one panel that may be partial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(F32GemmTask* task, int rows, int tiles, float* a, nint* offsets, float* b, float* y, float* bias, float* residual, int columns)
    {
        if (Avx2.IsSupported && Fma.IsSupported && columns == F32Gemm12x8Avx2.Columns && tiles > 1)
        {
            int paired = tiles & ~1;
            F32Gemm12x8Avx2.Run(task, a, offsets, b, y, bias, residual, paired / 2, rows);
            tiles -= paired;
            a += paired * rows * task->RowStride;
            y += paired * rows * task->YStride;
            residual = residual == null ? null : residual + (paired * rows * task->YStride);
        }

        for (; tiles > 0; tiles--)
        {
            if (columns == GemmPacking.PanelWidth)
            {
                Panel(task, rows, a, offsets, b, y, bias, residual);
            }
            else
            {
                Partial(task, rows, a, offsets, b, y, bias, residual, columns);
            }

            a += rows * task->RowStride;
            y += rows * task->YStride;
            residual = residual == null ? null : residual + (rows * task->YStride);
        }
    }

    /// <summary>Computes a tile of one whole panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Panel(F32GemmTask* task, int rows, float* a, nint* offsets, float* b, float* y, float* bias, float* residual)
    {
        if (Avx2.IsSupported && Fma.IsSupported)
        {
            F32Gemm6x16Avx2.Run(task, a, offsets, b, y, bias, residual, b, 0, 1, rows);
        }
        else
        {
            const int Half = F32Gemm8x8Vector128.Columns;
            F32Gemm8x8Vector128.Run(rows, task, a, offsets, b, y, bias, residual);
            float* secondBias = bias == null ? null : bias + Half;
            F32Gemm8x8Vector128.Run(rows, task, a, offsets, b + Half, y + Half, secondBias, residual == null ? null : residual + Half);
        }
    }

    /// <summary>Computes a tile whose last panel has fewer columns: its sums go through a whole tile of their own.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Partial(F32GemmTask* task, int rows, float* a, nint* offsets, float* b, float* y, float* bias, float* residual, int columns)
    {
        float* tile = stackalloc float[MaxTileRows * GemmPacking.PanelWidth];
        F32GemmTask whole = *task;
        whole.Min = float.NegativeInfinity;
        whole.Max = float.PositiveInfinity;
        whole.YStride = GemmPacking.PanelWidth;
        Panel(&whole, rows, a, offsets, b, tile, null, null);
        for (int row = 0; row < rows; row++)
        {
            StoreSums(task, tile, y, bias, residual, columns);
            tile += whole.YStride;
            y += task->YStride;
            residual = residual == null ? null : residual + task->YStride;
        }
    }

    /// <summary>Stores sums of products that lie in a buffer: adds bias and residual and clamps. The second pass is the caller's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void StoreSums(F32GemmTask* task, float* sums, float* y, float* bias, float* residual, int columns)
    {
        int column = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; column + 8 <= columns; column += 8)
            {
                Vector256<float> value = Vector256.Load(sums + column);
                if (bias != null)
                {
                    value += Vector256.Load(bias + column);
                }

                if (residual != null)
                {
                    value += Vector256.Load(residual + column);
                }

                VectorMath.Clamp(value, Vector256.Create(task->Min), Vector256.Create(task->Max)).Store(y + column);
            }
        }

        Vector128<float> low = Vector128.Create(task->Min);
        Vector128<float> high = Vector128.Create(task->Max);
        for (; column + 4 <= columns; column += 4)
        {
            Vector128<float> value = Vector128.Load(sums + column);
            if (bias != null)
            {
                value += Vector128.Load(bias + column);
            }

            if (residual != null)
            {
                value += Vector128.Load(residual + column);
            }

            VectorMath.Clamp(value, low, high).Store(y + column);
        }

        for (; column < columns; column++)
        {
            float value = sums[column];
            value += bias == null ? 0f : bias[column];
            value += residual == null ? 0f : residual[column];
            value = value < task->Min ? task->Min : value;
            y[column] = value > task->Max ? task->Max : value;
        }
    }
}
