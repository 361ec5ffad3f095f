using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Products of a few rows with whole groups of columns, of which each row is read once for all of them: one tile, and all columns in one call. <see cref="VnniDriver"/> does the same, but takes
/// longer to find it out than such a product of small matrices takes.
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
        byte* y;
        nint step;
        int element;
        VnniTileResult result;
        if (typeof(TEpilogue) == typeof(DotToU8))
        {
            ref DotToU8 bytes = ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue);
            y = bytes.Y;
            step = bytes.Stride;
            element = 1;
            VnniOutput.Bytes(arguments, ref bytes);
            result = VnniOutput.IsWholeRange(ref bytes) && VnniOutput.AreSmall(problem->Scales, problem->N / DotPanel.Columns) ? VnniTileResult.WholeBytes : VnniTileResult.Bytes;
            arguments->Mask = ulong.MaxValue;
        }
        else if (typeof(TEpilogue) == typeof(DotToF32))
        {
            ref DotToF32 floats = ref Unsafe.As<TEpilogue, DotToF32>(ref epilogue);
            y = (byte*)floats.Y;
            step = floats.Stride * sizeof(float);
            element = sizeof(float);
            result = VnniTileResult.Floats;
            arguments->Mask = ushort.MaxValue;
            if (!float.IsNegativeInfinity(floats.Low) || !float.IsPositiveInfinity(floats.High))
            {
                return false;
            }
        }
        else
        {
            return false;
        }

        int rows = problem->Width;
        void* routine = VnniTiles.Find(rows, Panels, result);
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
        arguments->YStep = step;
        arguments->YLine = 0;
        arguments->YGroup = (Columns * element) - (rows * step);
        arguments->Tiles = 1;
        arguments->Lines = 1;
        arguments->PanelBytes = (nint)quads * (4 * DotPanel.Columns);
        arguments->Quads = problem->Runs.Quads;
        arguments->InnerCount = problem->Runs.InnerCount;
        arguments->OuterCount = problem->Runs.OuterCount;
        arguments->InnerSkip = problem->Runs.InnerStride - ((nint)problem->Runs.Quads * 4);
        arguments->OuterSkip = problem->Runs.OuterStride - (problem->Runs.InnerCount * problem->Runs.InnerStride);
        arguments->FloatBiasGroup = problem->FloatBias == null ? 0 : Columns * sizeof(float);
        y += (problem->FirstRow * step) + ((nint)problem->FirstColumn * element);
        for (int group = 0; group < groups; group += most)
        {
            int column = group * Columns;
            arguments->X = problem->X;
            arguments->W = problem->W + (group * Panels * arguments->PanelBytes);
            arguments->Init = problem->Bias + column;
            arguments->Scales = problem->Scales == null ? null : problem->Scales + column;
            arguments->FloatBias = problem->FloatBias == null ? VnniOutput.NoBias : problem->FloatBias + column;
            arguments->Y = y + ((nint)column * element);
            arguments->Groups = Math.Min(most, groups - group);
            VnniCall.Run(routine, arguments, dots);
        }

        return true;
    }
}
