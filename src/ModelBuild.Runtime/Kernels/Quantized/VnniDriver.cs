using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Cuts an integer matrix product into tiles for the generated routines of <see cref="VnniTiles"/>: blocks of rows outside, groups of panels next, then the lines of
/// the block, whose rows are equally far apart.
/// </summary>
internal static unsafe class VnniDriver
{
    /// <summary>Bytes of input that a block of rows touches: it stays in the second-level cache while the panels pass by.</summary>
    private const int BlockBytes = 192 << 10;

    /// <summary>The fewest rows of a block: weights that pass by have to be worth it.</summary>
    private const int MinBlockRows = 64;

    /// <summary>Dot products of one call: a few microseconds, in which this thread cannot be stopped for a garbage collection.</summary>
    internal const int DotsPerCall = 1 << 14;

    /// <summary>Bytes of weights that surely stay in a first-level cache.</summary>
    private const int FirstLevelBytes = 24 << 10;

    /// <summary>A single tile with more than this is called in the way that lets a garbage collection go on.</summary>
    private const int DotsWithoutTransition = 1 << 16;

    private const int VectorBytes = 64;

    /// <summary>Rows of accumulators that are converted in one go.</summary>
    private const int BufferRows = 32;

    /// <summary>Runs the product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        if (VnniFewRows.Takes(problem) && VnniFewRows.TryRun(problem, ref epilogue))
        {
            return;
        }

        RunTiles(problem, ref epilogue);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTiles<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        byte* memory = stackalloc byte[sizeof(VnniTileArguments) + VectorBytes];
        Unsafe.SkipInit(out VnniJob job);
        job.Problem = problem;
        MergeLines(ref job, problem);
        job.Arguments = (VnniTileArguments*)(((nuint)memory + VectorBytes - 1) & ~(nuint)(VectorBytes - 1));
        Fill(job.Arguments, problem);
        if (problem->WeightZeroPoints == null && VnniOutput.Find(ref job, ref epilogue))
        {
            Blocks(ref job, ref epilogue);
        }
        else
        {
            int* buffer = stackalloc int[BufferRows * VnniTileEmitter.MaxPanels * DotPanel.Columns];
            job.Buffer = buffer;
            job.Result = VnniTileResult.Integers;
            Blocks(ref job, ref epilogue);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<TEpilogue>(ref VnniJob job, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        nint columnStep = job.Problem->ColumnStep;
        long imageRows = (long)job.Width * job.Height;
        if (imageRows <= MinBlockRows || imageRows * columnStep <= BlockBytes)
        {
            for (int image = 0; image < job.Images; image++)
            {
                Block(ref job, image, 0, job.Height, 0, job.Width, ref epilogue);
            }

            return;
        }

        int blockRows = (int)Math.Clamp(BlockBytes / Math.Max(columnStep, 1), MinBlockRows, int.MaxValue / 2);
        if (job.Width >= blockRows)
        {
            int blocks = (job.Width + blockRows - 1) / blockRows;
            for (int line = 0; line < job.Height * job.Images; line++)
            {
                for (int block = 0; block < blocks; block++)
                {
                    int start = (int)((long)job.Width * block / blocks);
                    int end = (int)((long)job.Width * (block + 1) / blocks);
                    Block(ref job, line / job.Height, line % job.Height, 1, start, end - start, ref epilogue);
                }
            }

            return;
        }

        int step = blockRows / job.Width;
        for (int image = 0; image < job.Images; image++)
        {
            for (int line = 0; line < job.Height; line += step)
            {
                Block(ref job, image, line, Math.Min(step, job.Height - line), 0, job.Width, ref epilogue);
            }
        }
    }

    /// <summary>Lines that follow each other at the distance of their rows are one line. The problem is not copied: its fields were written one by one just before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MergeLines(ref VnniJob job, DotProblem* problem)
    {
        job.Width = problem->Width;
        job.Height = problem->Height;
        job.Images = problem->Images;
        job.LineStep = problem->LineStep;
        if (job.Height == 1 || job.LineStep == job.Width * problem->ColumnStep)
        {
            job.Width *= job.Height;
            job.Height = 1;
            job.LineStep = problem->ImageStep;
            if (job.Images == 1 || problem->ImageStep == job.Width * problem->ColumnStep)
            {
                job.Width *= job.Images;
                job.Images = 1;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(VnniTileArguments* arguments, DotProblem* problem)
    {
        DotRuns runs = problem->Runs;
        arguments->XStep = problem->ColumnStep;
        arguments->PanelBytes = (nint)runs.Count * runs.Quads * (4 * DotPanel.Columns);
        arguments->Quads = runs.Quads;
        arguments->InnerCount = runs.InnerCount;
        arguments->OuterCount = runs.OuterCount;
        arguments->InnerSkip = runs.InnerStride - (runs.Quads * 4);
        arguments->OuterSkip = runs.OuterStride - (runs.InnerCount * runs.InnerStride);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block<TEpilogue>(ref VnniJob job, int image, int line, int lines, int start, int count, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        DotProblem* problem = job.Problem;
        Unsafe.SkipInit(out DotPanelOperands operands);
        job.Operands = &operands;
        byte* x = problem->X + (image * problem->ImageStep) + (line * job.LineStep) + (start * problem->ColumnStep);
        nint row = problem->FirstRow + ((((nint)image * job.Height) + line) * job.Width) + start;

        // Rows whose last group may lie past the end of the input stand at the end of the last lines.
        int safe = lines;
        while (safe > 0 && Room(problem, x + ((safe - 1) * job.LineStep), count) < count)
        {
            safe--;
        }

        for (int column = 0; column < problem->N; column += job.Groups * job.Panels * DotPanel.Columns)
        {
            job.Panels = Panels(count, DotPanel.Count(problem->N - column));
            job.Groups = safe == lines ? Groups(ref job, column, count, lines) : 1;
            Prepare(ref job, column);
            if (safe > 0)
            {
                Rows(ref job, x, row, count, safe, ref epilogue);
            }

            for (int i = safe; i < lines; i++)
            {
                byte* lineX = x + (i * job.LineStep);
                nint lineRow = row + ((nint)i * job.Width);
                int room = Room(problem, lineX, count);
                if (room > 0)
                {
                    Rows(ref job, lineX, lineRow, room, 1, ref epilogue);
                }

                if (room < count)
                {
                    Managed(ref job, lineX + (room * problem->ColumnStep), lineRow + room, count - room, ref epilogue);
                }
            }
        }
    }

    /// <summary>The width of the next tiles: a few rows leave room for four panels, many rows keep more of them per panel.</summary>
    private static int Panels(int rows, int panels) =>
        panels >= VnniTileEmitter.MaxPanels && rows <= VnniTileEmitter.MaxRows(VnniTileEmitter.MaxPanels) ? VnniTileEmitter.MaxPanels : Math.Min(panels, 2);

    /// <summary>
    /// How many times as many columns one call takes: a call costs as much as a hundred dot products. The columns are whole, their operands the caller's own memory, and the weights,
    /// which pass by once for each of two tile heights, stay in the first-level cache.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Groups(ref VnniJob job, int column, int rows, int lines)
    {
        DotProblem* problem = job.Problem;
        int groups = (problem->N - column) / DotPanel.Columns >> BitOperations.Log2((uint)job.Panels);
        if (groups <= 1 || job.Buffer != null || problem->ColumnSums != null || problem->Bias == null)
        {
            return 1;
        }

        long dots = (long)rows * lines * job.Panels * problem->Runs.Count * problem->Runs.Quads;
        if (dots * groups > DotsPerCall)
        {
            groups = (int)(DotsPerCall / dots);
        }

        int most = VnniTileEmitter.MaxRows(job.Panels);
        bool hasTwoHeights = rows > most && rows % ((rows + most - 1) / most) != 0;
        return groups <= 1 || (hasTwoHeights && groups * job.Panels * job.Arguments->PanelBytes > FirstLevelBytes) ? 1 : groups;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prepare(ref VnniJob job, int column)
    {
        DotProblem* problem = job.Problem;
        VnniTileArguments* arguments = job.Arguments;
        int capacity = job.Groups * job.Panels * DotPanel.Columns;
        int columns = Math.Min(capacity, problem->N - column);
        job.Operands->Prepare(problem, column, columns, capacity);
        job.Column = column;
        job.Columns = columns;
        arguments->W = problem->W + (column / DotPanel.Columns * arguments->PanelBytes);
        arguments->Init = job.Operands->Init;
        arguments->Scales = job.Operands->Scales;
        arguments->FloatBias = job.Operands->FloatBias == null ? VnniOutput.NoBias : job.Operands->FloatBias;
        arguments->FloatBiasGroup = job.Operands->FloatBias == null ? 0 : job.Panels * DotPanel.Columns * sizeof(float);
        bool isBytes = job.Buffer == null && job.Result is not (VnniTileResult.Integers or VnniTileResult.Floats);
        if (isBytes)
        {
            job.Result = VnniOutput.Bytes(ref job, arguments->Scales);
        }

        int ofGroup = columns / job.Groups;
        int stored = job.Buffer != null ? DotPanel.Columns : isBytes ? ofGroup : ofGroup - ((job.Panels - 1) * DotPanel.Columns);
        arguments->Mask = ulong.MaxValue >> (64 - stored);
    }

    /// <summary>How many of a line's rows may be read whole, at most <paramref name="count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Room(DotProblem* problem, byte* x, int count)
    {
        nint room = (nint)(problem->XEnd - x) - problem->Runs.LastOffset - ((nint)problem->Runs.Quads * 4);
        if (room >= (count - 1) * problem->ColumnStep)
        {
            return count;
        }

        return room < 0 ? 0 : problem->ColumnStep == 0 ? count : (int)Math.Min(count, (room / problem->ColumnStep) + 1);
    }

    /// <summary>The same rows of some lines: equal tiles, as few as possible, some of them one row taller than the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows<TEpilogue>(ref VnniJob job, byte* x, nint row, int count, int lines, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        int most = VnniTileEmitter.MaxRows(job.Panels);
        if (count <= most)
        {
            Tiles(ref job, x, row, count, 1, lines, ref epilogue);
            return;
        }

        int tiles = (count + most - 1) / most;
        int height = count / tiles;
        int taller = count % tiles;
        Tiles(ref job, x, row, height + 1, taller, lines, ref epilogue);
        int passed = taller * (height + 1);
        Tiles(ref job, x + (passed * job.Problem->ColumnStep), row + passed, height, tiles - taller, lines, ref epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles<TEpilogue>(ref VnniJob job, byte* x, nint row, int height, int tiles, int lines, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        if (tiles == 0)
        {
            return;
        }

        DotProblem* problem = job.Problem;
        VnniTileArguments* arguments = job.Arguments;
        void* routine = VnniTiles.Find(height, job.Panels, job.Result);
        long dots = (long)height * job.Panels * problem->Runs.Count * problem->Runs.Quads;
        bool isShort = dots * tiles * lines <= DotsPerCall;
        int most = isShort ? tiles * lines : (int)Math.Max(DotsPerCall / dots, 1);
        arguments->XTile = height * problem->ColumnStep;
        if (routine != null && job.Buffer == null && tiles <= most)
        {
            // Whole lines.
            most = isShort ? lines : most / tiles;
            arguments->Tiles = tiles;
            arguments->XLine = job.LineStep - (tiles * arguments->XTile);
            arguments->YStep = job.YStep;
            arguments->YLine = (job.Width - (tiles * height)) * job.YStep;

            // Several groups are one call: they have few dot products.
            arguments->XGroup = -lines * job.LineStep;
            arguments->YGroup = (job.Panels * DotPanel.Columns * job.YElement) - ((nint)lines * job.Width * job.YStep);
            for (int now; lines > 0; lines -= now, x += now * job.LineStep, row += (nint)now * job.Width)
            {
                now = Math.Min(most, lines);
                arguments->X = x;
                arguments->Y = job.Y + (row * job.YStep) + ((problem->FirstColumn + job.Column) * job.YElement);
                arguments->Lines = now;
                arguments->Groups = job.Groups;
                Call(routine, arguments, dots);
            }

            if (job.Groups > 1)
            {
                Rewind(ref job);
            }

            return;
        }

        for (; lines > 0; lines--, x += job.LineStep, row += job.Width)
        {
            if (routine == null)
            {
                Managed(ref job, x, row, height * tiles, ref epilogue);
            }
            else
            {
                Line(ref job, routine, dots, most, x, row, height, tiles, ref epilogue);
            }
        }
    }

    /// <summary>Back to the operands of the first group.</summary>
    private static void Rewind(ref VnniJob job)
    {
        VnniTileArguments* arguments = job.Arguments;
        nint passed = (job.Groups - 1) * job.Panels;
        arguments->W -= passed * arguments->PanelBytes;
        arguments->Init -= passed * DotPanel.Columns;
        if (job.Result != VnniTileResult.Integers)
        {
            arguments->Scales -= passed * DotPanel.Columns;
        }

        if (job.Result == VnniTileResult.Floats)
        {
            arguments->FloatBias = (float*)((byte*)arguments->FloatBias - ((job.Groups - 1) * arguments->FloatBiasGroup));
        }
    }

    /// <summary>A line, in several calls where it is long or its integers pass through a buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line<TEpilogue>(ref VnniJob job, void* routine, long dots, int most, byte* x, nint row, int height, int tiles, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        DotProblem* problem = job.Problem;
        VnniTileArguments* arguments = job.Arguments;
        bool isBuffered = job.Buffer != null;
        most = isBuffered ? Math.Min(most, BufferRows / height) : most;
        arguments->XLine = 0;
        arguments->YLine = 0;
        arguments->YStep = isBuffered ? job.Panels * DotPanel.Columns * sizeof(int) : job.YStep;
        while (tiles > 0)
        {
            int now = Math.Min(tiles, most);
            int rows = now * height;
            arguments->X = x;
            arguments->Y = isBuffered ? (byte*)job.Buffer : job.Y + (row * job.YStep) + ((problem->FirstColumn + job.Column) * job.YElement);
            arguments->Tiles = now;
            arguments->Lines = 1;
            arguments->Groups = 1;
            Call(routine, arguments, dots);
            if (isBuffered)
            {
                Convert(ref job, x, row, rows, ref epilogue);
            }

            x += rows * problem->ColumnStep;
            row += rows;
            tiles -= now;
        }
    }

    /// <summary>Calls a routine; <paramref name="dots"/> are those of one tile.</summary>
    internal static void Call(void* routine, VnniTileArguments* arguments, long dots)
    {
        if (dots <= DotsWithoutTransition)
        {
            ((delegate* unmanaged[SuppressGCTransition]<VnniTileArguments*, void>)routine)(arguments);
        }
        else
        {
            CallWithTransition(routine, arguments);
        }
    }

    /// <summary>On its own, because a method with such a call prepares for it wherever it begins.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CallWithTransition(void* routine, VnniTileArguments* arguments) =>
        ((delegate* unmanaged<VnniTileArguments*, void>)routine)(arguments);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convert<TEpilogue>(ref VnniJob job, byte* x, nint row, int rows, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        DotProblem* problem = job.Problem;
        DotPanelOperands* operands = job.Operands;
        int stride = job.Panels * DotPanel.Columns;
        if (problem->WeightZeroPoints != null)
        {
            for (int i = 0; i < rows; i++)
            {
                DotDriver.SubtractWeightZeroPoints(problem, x + (i * problem->ColumnStep), operands->WeightZeroPoints, job.Columns, job.Buffer + (i * stride));
            }
        }

        for (int first = 0; first < job.Columns; first += DotPanel.Columns)
        {
            float* scales = operands->Scales == null ? null : operands->Scales + first;
            float* floatBias = operands->FloatBias == null ? null : operands->FloatBias + first;
            int columns = Math.Min(DotPanel.Columns, job.Columns - first);
            epilogue.Store(job.Buffer + first, stride, row, rows, problem->FirstColumn + job.Column + first, columns, scales, floatBias);
        }
    }

    /// <summary>The columns of this job for some rows, with a kernel in C#.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Managed<TEpilogue>(ref VnniJob job, byte* x, nint row, int rows, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        DotProblem part = *job.Problem;
        part.X = x;
        part.FirstRow = row;
        part.Width = rows;
        part.Height = 1;
        part.Images = 1;
        part.W = job.Arguments->W;
        part.N = job.Columns;
        part.FirstColumn += job.Column;
        part.Bias = part.Bias == null ? null : part.Bias + job.Column;
        part.Scales = part.Scales == null ? null : part.Scales + job.Column;
        part.FloatBias = part.FloatBias == null ? null : part.FloatBias + job.Column;
        part.ColumnSums = part.ColumnSums == null ? null : part.ColumnSums + job.Column;
        part.WeightZeroPoints = part.WeightZeroPoints == null ? null : part.WeightZeroPoints + job.Column;
        DotDriver.RunManaged(&part, ref epilogue);
    }
}
