using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>An integer matrix product that threads share: lines of rows, or panels of columns where there are more of them.</summary>
/// <typeparam name="TEpilogue">What happens to the sums.</typeparam>
internal unsafe struct SharedDot<TEpilogue>
    where TEpilogue : struct, IDotEpilogue
{
    /// <summary>Parts begin at multiples of as many columns.</summary>
    private const int ColumnsTogether = 4 * DotPanel.Columns;

    /// <summary>Rows of a plain matrix that are one line here.</summary>
    private const int RowsTogether = 16;

    private DotProblem* _problem;
    private void* _epilogue;
    private ChunkGrid _grid;
    private bool _columnsFirst;

    /// <summary>A byte's multiply-accumulates are half as much work as a float's, with instructions of 512 bits a quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Work(DotProblem* problem) =>
        (long)problem->Images * problem->Height * problem->Width * problem->N * problem->Runs.Count * problem->Runs.Length >> (VnniTiles.IsSupported ? 2 : 1);

    /// <summary>Computes the product on the threads of a team.</summary>
    internal static void Run(ThreadTeam team, long work, DotProblem* problem, ref TEpilogue epilogue)
    {
        int columns = (problem->N + ColumnsTogether - 1) / ColumnsTogether;
        int lines = Lines(problem);
        long rows = (long)problem->Images * problem->Height * problem->Width;
        var shared = new SharedDot<TEpilogue>
        {
            _problem = problem,
            _epilogue = Unsafe.AsPointer(ref epilogue),
            _columnsFirst = !ChunkGrid.IsByRows(team, rows, problem->N, lines, (long)problem->N * problem->Runs.Count * problem->Runs.Length),
        };
        shared._grid = shared._columnsFirst ? ChunkGrid.Of(team, work, columns, lines) : ChunkGrid.Of(team, work, lines, columns);
        team.Run(&Chunk, &shared, shared._grid.Count, work);
    }

    private static bool IsMatrix(DotProblem* problem) => problem->Images == 1 && problem->Height == 1;

    private static int Lines(DotProblem* problem) =>
        IsMatrix(problem) ? (problem->Width + RowsTogether - 1) / RowsTogether : problem->Images * problem->Height;

    private static void Chunk(void* context, int chunk)
    {
        var shared = (SharedDot<TEpilogue>*)context;
        (var lines, var columns) = shared->_grid.At(chunk);
        if (shared->_columnsFirst)
        {
            (lines, columns) = (columns, lines);
        }

        DotProblem part = *shared->_problem;
        int column = columns.First * ColumnsTogether;
        nint panelBytes = (nint)part.Runs.Count * part.Runs.Quads * (4 * DotPanel.Columns);
        part.W += column / DotPanel.Columns * panelBytes;
        part.N = Math.Min(part.N, columns.End * ColumnsTogether) - column;
        part.FirstColumn += column;
        part.Bias = part.Bias == null ? null : part.Bias + column;
        part.Scales = part.Scales == null ? null : part.Scales + column;
        part.FloatBias = part.FloatBias == null ? null : part.FloatBias + column;
        part.WeightZeroPoints = part.WeightZeroPoints == null ? null : part.WeightZeroPoints + column;
        part.ColumnSums = part.ColumnSums == null ? null : part.ColumnSums + column;
        if (IsMatrix(shared->_problem))
        {
            int row = lines.First * RowsTogether;
            part.Width = Math.Min(part.Width, lines.End * RowsTogether) - row;
            part.X += row * part.ColumnStep;
            part.FirstRow += row;
            DotDriver.RunAlone(&part, ref Unsafe.AsRef<TEpilogue>(shared->_epilogue));
            return;
        }

        Images(shared, part, lines.First, lines.End);
    }

    /// <summary>Computes lines of one or several images.</summary>
    private static void Images(SharedDot<TEpilogue>* shared, DotProblem part, int firstLine, int endLine)
    {
        DotProblem* whole = shared->_problem;
        part.Images = 1;
        while (firstLine < endLine)
        {
            int image = firstLine / whole->Height;
            int line = firstLine - (image * whole->Height);
            part.Height = Math.Min(whole->Height - line, endLine - firstLine);
            part.X = whole->X + (image * whole->ImageStep) + (line * whole->LineStep);
            part.FirstRow = whole->FirstRow + ((nint)firstLine * whole->Width);
            DotDriver.RunAlone(&part, ref Unsafe.AsRef<TEpilogue>(shared->_epilogue));
            firstLine += part.Height;
        }
    }
}
