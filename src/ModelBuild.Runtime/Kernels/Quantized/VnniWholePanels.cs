using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Products of the commonest form: whole panels of columns whose operands are the caller's own memory, and rows of one image that may all be read and stay in the second-level cache.
/// <see cref="VnniDriver"/> does the same, but takes longer to find it out than such a product of small matrices takes.
/// </summary>
internal unsafe ref struct VnniWholePanels
{
    private const int VectorBytes = 64;

    private DotProblem* _problem;
    private VnniTileArguments* _arguments;
    private VnniTarget _target;
    private int _width;
    private int _height;

    /// <summary>Whether the product is of this form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Takes(DotProblem* problem) =>
        problem->N % DotPanel.Columns == 0 && problem->Images == 1 && problem->Width > 0 && problem->Height > 0 && problem->Bias != null && problem->ColumnSums == null && problem->WeightZeroPoints == null
        && VnniDriver.IsOneBlock((long)problem->Width * problem->Height, problem->ColumnStep)
        && problem->XEnd - problem->X >= ((problem->Height - 1) * problem->LineStep) + ((problem->Width - 1) * problem->ColumnStep) + problem->Runs.LastOffset + ((nint)problem->Runs.Quads * 4);

    /// <summary>Computes it; false where the routines do not have its epilogue, or where the operating system gave no memory for one.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryRun<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        byte* memory = stackalloc byte[sizeof(VnniTileArguments) + VectorBytes];
        Unsafe.SkipInit(out VnniWholePanels whole);
        whole._problem = problem;
        whole._arguments = (VnniTileArguments*)(((nuint)memory + VectorBytes - 1) & ~(nuint)(VectorBytes - 1));
        return VnniOutput.Find(whole._arguments, problem, ref epilogue, out whole._target) && whole.TryColumns();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryColumns()
    {
        DotProblem* problem = _problem;
        VnniTileArguments* arguments = _arguments;
        arguments->YStep = _target.Step;
        VnniDriver.Fill(arguments, problem);
        bool isLine = problem->Height == 1 || problem->LineStep == problem->Width * problem->ColumnStep;
        _width = isLine ? problem->Width * problem->Height : problem->Width;
        _height = isLine ? 1 : problem->Height;
        int column = 0;
        int panels = problem->N / DotPanel.Columns;
        if (panels >= VnniTileEmitter.MaxPanels && _width <= VnniTileEmitter.MaxRows(VnniTileEmitter.MaxPanels))
        {
            if (!TryGroups(0, VnniTileEmitter.MaxPanels, panels / VnniTileEmitter.MaxPanels))
            {
                return false;
            }

            column = panels / VnniTileEmitter.MaxPanels * (VnniTileEmitter.MaxPanels * DotPanel.Columns);
            panels %= VnniTileEmitter.MaxPanels;
        }

        if (panels >= 2)
        {
            if (!TryGroups(column, 2, panels / 2))
            {
                return false;
            }

            column += panels / 2 * (2 * DotPanel.Columns);
        }

        return panels % 2 == 0 || TryGroups(column, 1, 1);
    }

    /// <summary>All rows with some groups of panels: equal tiles, as few as possible, some of them one row taller than the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryGroups(int column, int panels, int groups)
    {
        int most = VnniTileEmitter.MaxRows(panels);
        int tiles = 1;
        int height = _width;
        int taller = 0;
        if (height > most)
        {
            tiles = (height + most - 1) / most;
            height = _width / tiles;
            taller = _width - (height * tiles);
        }

        // Rows that adjoin are stored together.
        VnniTileResult result = _target.Result == VnniTileResult.WholeBytes && _target.Step == panels * DotPanel.Columns ? VnniTileResult.AdjoiningBytes : _target.Result;
        void* routine = VnniTiles.Find(height, panels, result);
        void* tallerRoutine = taller == 0 ? null : VnniTiles.Find(height + 1, panels, result);
        if (routine == null || (taller > 0 && tallerRoutine == null))
        {
            return false;
        }

        int columns = panels * DotPanel.Columns;
        int together = VnniCall.Groups(groups, (long)_width * _height * panels * _problem->Runs.Count * _problem->Runs.Quads, taller > 0, panels * _arguments->PanelBytes);
        _arguments->Mask = ulong.MaxValue >> (64 - (_target.Element == 1 ? columns : DotPanel.Columns));
        for (int group = 0; group < groups; group += together, column += together * columns)
        {
            together = Math.Min(together, groups - group);
            if (taller > 0)
            {
                Tiles(tallerRoutine, column, panels, together, 0, height + 1, taller);
            }

            Tiles(routine, column, panels, together, taller * (height + 1), height, tiles - taller);
        }

        return true;
    }

    /// <summary>Tiles of one height in all lines, in as few calls as can be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Tiles(void* routine, int column, int panels, int groups, int row, int height, int tiles)
    {
        DotProblem* problem = _problem;
        VnniTileArguments* arguments = _arguments;
        long dots = (long)height * panels * problem->Runs.Count * problem->Runs.Quads;
        int mostTiles = tiles;
        int mostLines = _height;
        if (dots * tiles * _height * groups > VnniCall.MostDots)
        {
            // One group.
            mostTiles = (int)Math.Clamp(VnniCall.MostDots / dots, 1, tiles);
            mostLines = mostTiles < tiles ? 1 : (int)Math.Clamp(VnniCall.MostDots / (dots * tiles), 1, _height);
        }

        nint tileRows = (nint)height * problem->ColumnStep;
        byte* x = problem->X + (row * problem->ColumnStep);
        byte* y = _target.Y + ((problem->FirstRow + row) * _target.Step) + ((nint)(problem->FirstColumn + column) * _target.Element);
        arguments->XTile = tileRows;
        arguments->XLine = problem->LineStep - (tiles * tileRows);
        arguments->XGroup = -_height * problem->LineStep;
        arguments->YLine = (_width - (tiles * height)) * _target.Step;
        arguments->YGroup = (panels * DotPanel.Columns * _target.Element) - ((nint)_height * _width * _target.Step);
        arguments->FloatBiasGroup = problem->FloatBias == null ? 0 : panels * DotPanel.Columns * sizeof(float);
        for (int line = 0; line < _height; line += mostLines)
        {
            arguments->Lines = Math.Min(mostLines, _height - line);
            for (int tile = 0; tile < tiles; tile += mostTiles)
            {
                arguments->Tiles = Math.Min(mostTiles, tiles - tile);
                arguments->Groups = groups;
                arguments->X = x + (line * problem->LineStep) + (tile * tileRows);
                arguments->Y = y + ((((nint)line * _width) + ((nint)tile * height)) * _target.Step);
                arguments->W = problem->W + (column / DotPanel.Columns * arguments->PanelBytes);
                arguments->Init = problem->Bias + column;
                arguments->Scales = problem->Scales + column;
                arguments->FloatBias = problem->FloatBias == null ? VnniOutput.NoBias : problem->FloatBias + column;
                VnniCall.Run(routine, arguments, dots);
            }
        }
    }
}
