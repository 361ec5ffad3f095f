using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Products of a few rows with whole groups of columns, of which each row is read once for all of them: one tile, and all columns in one call. <see cref="VnniWholePanels"/> does the same, but
/// takes longer to find it out than a product of one row takes.
/// </summary>
internal static unsafe class VnniFewRows
{
    private const int Panels = VnniTileEmitter.MaxPanels;
    private const int Columns = Panels * DotPanel.Columns;
    private const int VectorBytes = 64;

    /// <summary>Whether the product is of this form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Takes(DotProblem* problem) =>
        problem->Height == 1 && problem->Images == 1 && problem->N % Columns == 0 && problem->Width <= VnniTileEmitter.MaxRows(Panels) && problem->Bias != null && problem->ColumnSums == null
        && problem->WeightZeroPoints == null
        && problem->XEnd - problem->X >= ((problem->Width - 1) * problem->ColumnStep) + problem->Runs.LastOffset + ((nint)problem->Runs.Quads * 4);

    /// <summary>Computes it; false where the routines do not have its epilogue.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryRun<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        byte* memory = stackalloc byte[sizeof(VnniTileArguments) + VectorBytes];
        var arguments = (VnniTileArguments*)(((nuint)memory + VectorBytes - 1) & ~(nuint)(VectorBytes - 1));
        if (!VnniOutput.Find(arguments, problem, ref epilogue, out VnniTarget target))
        {
            return false;
        }

        arguments->Mask = target.Element == 1 ? ulong.MaxValue : ushort.MaxValue;
        int rows = problem->Width;
        void* routine = VnniTiles.Find(rows, Panels, target.Result);
        if (routine == null)
        {
            return false;
        }

        int quads = problem->Runs.Count * problem->Runs.Quads;
        int groups = problem->N / Columns;
        long dots = (long)rows * Panels * quads;
        int most = dots * groups <= VnniCall.MostDots ? groups : (int)Math.Max(VnniCall.MostDots / dots, 1);
        arguments->XStep = problem->ColumnStep;
        arguments->XTile = 0;
        arguments->XLine = 0;
        arguments->XGroup = 0;
        arguments->YStep = target.Step;
        arguments->YLine = 0;
        arguments->YGroup = (Columns * target.Element) - (rows * target.Step);
        arguments->Tiles = 1;
        arguments->Lines = 1;
        arguments->PanelBytes = (nint)quads * (4 * DotPanel.Columns);
        arguments->Quads = problem->Runs.Quads;
        arguments->InnerCount = problem->Runs.InnerCount;
        arguments->OuterCount = problem->Runs.OuterCount;
        arguments->InnerSkip = problem->Runs.InnerStride - ((nint)problem->Runs.Quads * 4);
        arguments->OuterSkip = problem->Runs.OuterStride - (problem->Runs.InnerCount * problem->Runs.InnerStride);
        arguments->FloatBiasGroup = problem->FloatBias == null ? 0 : Columns * sizeof(float);
        byte* y = target.Y + (problem->FirstRow * target.Step) + ((nint)problem->FirstColumn * target.Element);
        for (int group = 0; group < groups; group += most)
        {
            int column = group * Columns;
            arguments->X = problem->X;
            arguments->W = problem->W + (group * Panels * arguments->PanelBytes);
            arguments->Init = problem->Bias + column;
            arguments->Scales = problem->Scales == null ? null : problem->Scales + column;
            arguments->FloatBias = problem->FloatBias == null ? VnniOutput.NoBias : problem->FloatBias + column;
            arguments->Y = y + ((nint)column * target.Element);
            arguments->Groups = Math.Min(most, groups - group);
            VnniCall.Run(routine, arguments, dots);
        }

        return true;
    }
}
