using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// A block of rows with all columns: groups of panels outside, then the lines of the block, whose rows are equally far apart. Rows whose last group of four may lie past the end of the
/// input are left to a kernel in C#.
/// </summary>
internal static unsafe class VnniBlock
{
    /// <summary>Computes <paramref name="lines"/> lines of <paramref name="count"/> rows each, from row <paramref name="start"/> of line <paramref name="line"/> of an image.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TEpilogue>(ref VnniJob job, int image, int line, int lines, int start, int count, ref TEpilogue epilogue)
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
                VnniRows.Run(ref job, x, row, count, safe, ref epilogue);
            }

            for (int i = safe; i < lines; i++)
            {
                byte* lineX = x + (i * job.LineStep);
                nint lineRow = row + ((nint)i * job.Width);
                int room = Room(problem, lineX, count);
                if (room > 0)
                {
                    VnniRows.Run(ref job, lineX, lineRow, room, 1, ref epilogue);
                }

                if (room < count)
                {
                    VnniRows.Managed(ref job, lineX + (room * problem->ColumnStep), lineRow + room, count - room, ref epilogue);
                }
            }
        }
    }

    /// <summary>The width of the next tiles: a few rows leave room for four panels, many rows keep more of them per panel.</summary>
    private static int Panels(int rows, int panels) =>
        panels >= VnniTileEmitter.MaxPanels && rows <= VnniTileEmitter.MaxRows(VnniTileEmitter.MaxPanels) ? VnniTileEmitter.MaxPanels : Math.Min(panels, 2);

    /// <summary>How many times as many columns one call takes: whole ones, whose operands are the caller's own memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Groups(ref VnniJob job, int column, int rows, int lines)
    {
        DotProblem* problem = job.Problem;
        int groups = (problem->N - column) / DotPanel.Columns >> BitOperations.Log2((uint)job.Panels);
        if (groups <= 1 || job.Buffer != null || problem->ColumnSums != null || problem->Bias == null)
        {
            return 1;
        }

        int most = VnniTileEmitter.MaxRows(job.Panels);
        bool hasTwoHeights = rows > most && rows % ((rows + most - 1) / most) != 0;
        return VnniCall.Groups(groups, (long)rows * lines * job.Panels * problem->Runs.Count * problem->Runs.Quads, hasTwoHeights, job.Panels * job.Arguments->PanelBytes);
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
}
