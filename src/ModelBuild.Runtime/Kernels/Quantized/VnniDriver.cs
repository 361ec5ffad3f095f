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
    private const int DotsPerCall = 1 << 14;

    /// <summary>A single tile with more than this is called in the way that lets a garbage collection go on.</summary>
    private const int DotsWithoutTransition = 1 << 16;

    /// <summary>Rows of accumulators that are converted in one go.</summary>
    private const int BufferRows = 32;

    /// <summary>Runs the product.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        DotProblem merged = MergeLines(*problem);
        Unsafe.SkipInit(out VnniJob job);
        job.Problem = &merged;
        job.ToBytes = typeof(TEpilogue) == typeof(DotToU8) && merged.WeightZeroPoints == null;
        int* buffer = stackalloc int[job.ToBytes ? 1 : BufferRows * VnniTileEmitter.MaxPanels * DotPanel.Columns];
        job.Buffer = buffer;
        Fill(&job.Arguments, &merged);
        if (typeof(TEpilogue) == typeof(DotToU8))
        {
            ref DotToU8 bytes = ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue);
            job.Arguments.Low = bytes.Low;
            job.Arguments.High = bytes.High;
            job.Arguments.Zero = bytes.Zero;
        }

        int blockRows = (int)Math.Clamp(BlockBytes / Math.Max(merged.ColumnStep, 1), MinBlockRows, int.MaxValue / 2);
        int lines = merged.Height * merged.Images;
        if (merged.Width >= blockRows)
        {
            int blocks = (merged.Width + blockRows - 1) / blockRows;
            for (int line = 0; line < lines; line++)
            {
                for (int block = 0; block < blocks; block++)
                {
                    int start = (int)((long)merged.Width * block / blocks);
                    int end = (int)((long)merged.Width * (block + 1) / blocks);
                    Block(ref job, line, line + 1, start, end - start, ref epilogue);
                }
            }
        }
        else
        {
            int step = blockRows / merged.Width;
            for (int line = 0; line < lines; line += step)
            {
                Block(ref job, line, Math.Min(line + step, lines), 0, merged.Width, ref epilogue);
            }
        }
    }

    /// <summary>Lines that follow each other at the distance of their rows are one line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static DotProblem MergeLines(DotProblem problem)
    {
        if (problem.Height == 1 || problem.LineStep == problem.Width * problem.ColumnStep)
        {
            problem.Width *= problem.Height;
            problem.Height = 1;
            problem.LineStep = problem.ImageStep;
            if (problem.Images == 1 || problem.ImageStep == problem.Width * problem.ColumnStep)
            {
                problem.Width *= problem.Images;
                problem.Images = 1;
            }
        }

        return problem;
    }

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block<TEpilogue>(ref VnniJob job, int firstLine, int endLine, int start, int count, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        DotProblem* problem = job.Problem;
        DotPanelOperands operands = default;
        int panels;
        for (int column = 0; column < problem->N; column += panels * DotPanel.Columns)
        {
            panels = Panels(count, DotPanel.Count(problem->N - column));
            int columns = Math.Min(panels * DotPanel.Columns, problem->N - column);
            operands.Prepare(problem, column, columns, panels * DotPanel.Columns);
            job.Panels = panels;
            job.Column = column;
            job.Columns = columns;
            job.Operands = &operands;
            job.Arguments.W = problem->W + (column / DotPanel.Columns * job.Arguments.PanelBytes);
            job.Arguments.Init = operands.Init;
            job.Arguments.Scales = operands.Scales;
            job.Arguments.Mask = (1 << (columns - ((panels - 1) * DotPanel.Columns))) - 1;
            for (int line = firstLine; line < endLine; line++)
            {
                Line(ref job, line, start, count, ref epilogue);
            }
        }
    }

    /// <summary>The width of the next tiles: a few rows leave room for four panels, many rows keep more of them per panel.</summary>
    private static int Panels(int rows, int panels) =>
        panels >= 4 && rows <= VnniTileEmitter.MaxRows(4) ? 4 : Math.Min(panels, 2);

    /// <summary>Rows of one line: equal tiles, as few as possible; rows whose last group may lie past the end of the input go to C#.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line<TEpilogue>(ref VnniJob job, int line, int start, int count, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        DotProblem* problem = job.Problem;
        byte* x = problem->X + (line / problem->Height * problem->ImageStep) + (line % problem->Height * problem->LineStep) + (start * problem->ColumnStep);
        nint row = problem->FirstRow + ((nint)line * problem->Width) + start;
        nint room = (nint)(problem->XEnd - x) - problem->Runs.LastOffset - ((nint)problem->Runs.Quads * 4);
        int safe = room < 0 ? 0 : (int)Math.Min(count, problem->ColumnStep == 0 ? count : (room / problem->ColumnStep) + 1);
        if (safe > 0)
        {
            int most = VnniTileEmitter.MaxRows(job.Panels);
            int tiles = (safe + most - 1) / most;
            int height = safe / tiles;
            int taller = safe % tiles;
            Tiles(ref job, x, row, height + 1, taller, ref epilogue);
            int passed = taller * (height + 1);
            Tiles(ref job, x + (passed * problem->ColumnStep), row + passed, height, tiles - taller, ref epilogue);
        }

        if (safe < count)
        {
            Managed(ref job, x + (safe * problem->ColumnStep), row + safe, count - safe, ref epilogue);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles<TEpilogue>(ref VnniJob job, byte* x, nint row, int height, int tiles, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        if (tiles == 0)
        {
            return;
        }

        DotProblem* problem = job.Problem;
        void* routine = VnniTiles.Find(height, job.Panels, job.ToBytes);
        if (routine == null)
        {
            Managed(ref job, x, row, height * tiles, ref epilogue);
            return;
        }

        fixed (VnniTileArguments* arguments = &job.Arguments)
        {
            long dots = (long)height * job.Panels * problem->Runs.Count * problem->Runs.Quads;
            int most = (int)Math.Max(DotsPerCall / dots, 1);
            arguments->X = x;
            arguments->XTile = height * problem->ColumnStep;
            if (job.ToBytes)
            {
                ref DotToU8 bytes = ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue);
                arguments->Y = bytes.Y + (row * bytes.Stride) + problem->FirstColumn + job.Column;
                arguments->YStep = bytes.Stride;
            }
            else
            {
                arguments->YStep = job.Panels * DotPanel.Columns * sizeof(int);
                most = Math.Min(most, BufferRows / height);
            }

            while (tiles > 0)
            {
                int now = Math.Min(tiles, most);
                arguments->Tiles = now;
                if (!job.ToBytes)
                {
                    arguments->Y = (byte*)job.Buffer;
                }

                if (dots <= DotsWithoutTransition)
                {
                    ((delegate* unmanaged[SuppressGCTransition]<VnniTileArguments*, void>)routine)(arguments);
                }
                else
                {
                    ((delegate* unmanaged<VnniTileArguments*, void>)routine)(arguments);
                }

                int rows = now * height;
                if (!job.ToBytes)
                {
                    Convert(ref job, x, row, rows, ref epilogue);
                    x += rows * problem->ColumnStep;
                }

                row += rows;
                tiles -= now;
            }
        }
    }

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
        part.W = job.Arguments.W;
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
