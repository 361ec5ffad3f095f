using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Cuts an integer matrix product into tiles: blocks of rows outside, weight panels next, so that a panel stays in the first-level cache.</summary>
internal static unsafe class DotDriver
{
    /// <summary>Rows per block: a multiple of every kernel's tile height.</summary>
    private const int BlockRows = 48;

    /// <summary>As many rows are computed sooner alone than with others once more.</summary>
    private const int FewRows = 3;

    /// <summary>Runs the product on the threads that the caller has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        long work = SharedDot<TEpilogue>.Work(problem);
        if (ThreadTeam.For(work) is { } team)
        {
            SharedDot<TEpilogue>.Run(team, work, problem, ref epilogue);
        }
        else
        {
            RunAlone(problem, ref epilogue);
        }
    }

    /// <summary>Runs the product on this thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunAlone<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        if (VnniTiles.IsSupported)
        {
            VnniDriver.Run(problem, ref epilogue);
        }
        else
        {
            RunManaged(problem, ref epilogue);
        }
    }

    /// <summary>Runs the product with the best kernel that C# has for this machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunManaged<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        if (Avx512Minimal3x3.Takes<TEpilogue>(problem))
        {
            Avx512Minimal3x3.Run(problem, ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue));
        }
        else if (AvxVnni.IsSupported)
        {
            Run<AvxVnniDot, TEpilogue>(problem, ref epilogue);
        }
        else if (Avx512BW.IsSupported)
        {
            Run<Avx512Dot, TEpilogue>(problem, ref epilogue);
        }
        else if (Avx2Minimal3x3.Takes<TEpilogue>(problem))
        {
            Avx2Minimal3x3.Run(problem, ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue));
        }
        else if (Avx2Driver.Takes(problem))
        {
            Avx2Driver.Run(problem, ref epilogue);
        }
        else if (Avx2.IsSupported)
        {
            Run<Avx2Dot, TEpilogue>(problem, ref epilogue);
        }
        else if (Dp.IsSupported)
        {
            Run<ArmDot, TEpilogue>(problem, ref epilogue);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Run<Vector128Dot, TEpilogue>(problem, ref epilogue);
        }
        else
        {
            Run<ScalarDot, TEpilogue>(problem, ref epilogue);
        }
    }

    /// <summary>Runs the product with one kernel.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TKernel, TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TKernel : struct, IDotKernel
        where TEpilogue : struct, IDotEpilogue
    {
        int firstColumn = typeof(TKernel) == typeof(AvxVnniDot) && AvxVnniRow.Takes(problem) ? AvxVnniRow.Run(problem, ref epilogue) : 0;
        if (firstColumn == problem->N)
        {
            return;
        }

        byte** rows = stackalloc byte*[BlockRows + DotPanel.MaxRows];
        int* tiles = stackalloc int[(BlockRows + DotPanel.MaxRows) * DotPanel.Columns];
        DotPanelOperands operands = default;
        nint panelBytes = (nint)problem->Runs.Count * problem->Runs.Quads * (4 * DotPanel.Columns);
        nint reach = problem->Runs.LastOffset + ((nint)problem->Runs.Quads * 4);
        nint total = (nint)problem->Images * problem->Height * problem->Width;
        DotRowCursor cursor = default;
        for (nint row = 0; row < total; row += BlockRows)
        {
            int count = (int)Math.Min(BlockRows, total - row);
            cursor.Take(problem, rows, count);
            for (int pad = 0; pad < DotPanel.MaxRows; pad++)
            {
                rows[count + pad] = rows[count - 1];
            }

            int inside = count;
            while (inside > 0 && rows[inside - 1] + reach > problem->XEnd)
            {
                inside--;
            }

            sbyte* w = problem->W + (firstColumn / DotPanel.Columns * panelBytes);
            for (int column = firstColumn; column < problem->N; column += DotPanel.Columns, w += panelBytes)
            {
                int columns = Math.Min(DotPanel.Columns, problem->N - column);
                operands.Prepare(problem, column, columns, DotPanel.Columns);
                int done = 0;
                if (typeof(TKernel) == typeof(AvxVnniDot) && AvxVnniBytes.Takes<TEpilogue>() && inside >= AvxVnniBytes.Rows && columns == DotPanel.Columns
                    && problem->WeightZeroPoints == null)
                {
                    ref DotToU8 bytes = ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue);
                    int whole = inside / AvxVnniBytes.Rows;
                    byte* y = bytes.Y + ((problem->FirstRow + row) * bytes.Stride) + problem->FirstColumn + column;
                    AvxVnniBytes.Run(whole, rows, &problem->Runs, w, operands.Init, operands.Scales, (DotToU8*)Unsafe.AsPointer(ref bytes), y);
                    done = whole * AvxVnniBytes.Rows;
                    if (inside == count && count - done > FewRows)
                    {
                        // A last tile is shifted back over the one before it: the same values are stored twice.
                        int last = count - AvxVnniBytes.Rows;
                        AvxVnniBytes.Run(1, rows + last, &problem->Runs, w, operands.Init, operands.Scales, (DotToU8*)Unsafe.AsPointer(ref bytes), y + (last * bytes.Stride));
                        done = count;
                    }

                    if (done == count)
                    {
                        continue;
                    }
                }

                // The sums of all rows wait for their conversion: read back at once they would have to wait for their stores.
                for (int r = done; r < count; r += TKernel.MaxRows)
                {
                    int tileRows = Math.Min(TKernel.MaxRows, count - r);
                    byte** tileX = rows + r;
                    int* tile = tiles + (r * DotPanel.Columns);
                    if (tileX[tileRows - 1] + reach <= problem->XEnd)
                    {
                        TKernel.Tile(tileRows, tileX, &problem->Runs, w, operands.Init, 0, tile);
                    }
                    else
                    {
                        TailTile<TKernel>(problem, tileRows, tileX, w, operands.Init, tile);
                    }

                }

                if (problem->WeightZeroPoints != null)
                {
                    for (int r = 0; r < count; r++)
                    {
                        SubtractWeightZeroPoints(problem, rows[r], operands.WeightZeroPoints, columns, tiles + (r * DotPanel.Columns));
                    }
                }

                int* rest = tiles + (done * DotPanel.Columns);
                epilogue.Store(rest, DotPanel.Columns, problem->FirstRow + row + done, count - done, problem->FirstColumn + column, columns, operands.Scales, operands.FloatBias);
            }
        }
    }

    /// <summary>A tile whose last group of a run may lie past the end of the rows: those groups are copied, nothing else is read.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TailTile<TKernel>(DotProblem* problem, int tileRows, byte** x, sbyte* w, int* init, int* tile)
        where TKernel : struct, IDotKernel
    {
        byte** shifted = stackalloc byte*[DotPanel.MaxRows];
        int* tails = stackalloc int[DotPanel.MaxRows];
        int quads = problem->Runs.Length >> 2;
        int rest = problem->Runs.Length & 3;
        DotRuns part = DotRuns.Single(4);
        nint initStride = 0;
        for (int outer = 0; outer < problem->Runs.OuterCount; outer++)
        {
            for (int inner = 0; inner < problem->Runs.InnerCount; inner++)
            {
                nint offset = (outer * problem->Runs.OuterStride) + (inner * problem->Runs.InnerStride);
                if (quads > 0)
                {
                    for (int r = 0; r < DotPanel.MaxRows; r++)
                    {
                        shifted[r] = x[Math.Min(r, tileRows - 1)] + offset;
                    }

                    part.Quads = quads;
                    TKernel.Tile(tileRows, shifted, &part, w, init, initStride, tile);
                    w += (nint)quads * 4 * DotPanel.Columns;
                    init = tile;
                    initStride = DotPanel.Columns;
                }

                if (rest > 0)
                {
                    for (int r = 0; r < DotPanel.MaxRows; r++)
                    {
                        byte* source = x[Math.Min(r, tileRows - 1)] + offset + (quads * 4);
                        int value = 0;
                        for (int i = 0; i < rest; i++)
                        {
                            value |= source[i] << (8 * i);
                        }

                        // The bytes must lie in memory in the order of K on every machine.
                        tails[r] = BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
                        shifted[r] = (byte*)(tails + r);
                    }

                    part.Quads = 1;
                    TKernel.Tile(tileRows, shifted, &part, w, init, initStride, tile);
                    w += 4 * DotPanel.Columns;
                    init = tile;
                    initStride = DotPanel.Columns;
                }
            }
        }
    }

    /// <summary>
    /// sum((x - xz) * (w - wz)) = sum(x * w) - xz * sum(w) - wz * (sum(x) - k * xz): the second term is in the bias, this is the third.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SubtractWeightZeroPoints(DotProblem* problem, byte* row, int* zeroPoints, int columns, int* accumulators)
    {
        DotRuns runs = problem->Runs;
        int sum = -(runs.Count * runs.Length * problem->XZeroPoint);
        for (int outer = 0; outer < runs.OuterCount; outer++)
        {
            for (int inner = 0; inner < runs.InnerCount; inner++)
            {
                byte* run = row + (outer * runs.OuterStride) + (inner * runs.InnerStride);
                for (int i = 0; i < runs.Length; i++)
                {
                    sum += run[i];
                }
            }
        }

        for (int c = 0; c < columns; c++)
        {
            accumulators[c] -= zeroPoints[c] * sum;
        }
    }
}
