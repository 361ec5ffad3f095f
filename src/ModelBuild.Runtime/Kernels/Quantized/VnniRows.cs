using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The rows of some lines with the present columns of a <see cref="VnniJob"/>: tiles of equal heights, and as few calls of their routines as can be.</summary>
internal static unsafe class VnniRows
{
    /// <summary>Rows of accumulators that are converted in one go.</summary>
    internal const int BufferRows = 32;

    /// <summary>The same rows of some lines: equal tiles, as few as possible, some of them one row taller than the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TEpilogue>(ref VnniJob job, byte* x, nint row, int count, int lines, ref TEpilogue epilogue)
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
        bool isShort = dots * tiles * lines <= VnniCall.MostDots;
        int most = isShort ? tiles * lines : (int)Math.Max(VnniCall.MostDots / dots, 1);
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
                VnniCall.Run(routine, arguments, dots);
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
            VnniCall.Run(routine, arguments, dots);
            if (isBuffered)
            {
                Convert(ref job, x, row, rows, ref epilogue);
            }

            x += rows * problem->ColumnStep;
            row += rows;
            tiles -= now;
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
    internal static void Managed<TEpilogue>(ref VnniJob job, byte* x, nint row, int rows, ref TEpilogue epilogue)
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
