using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Depthwise convolutions with 3x3 taps, stride 1 and at least 64 channels by the generated routine of <see cref="VnniDepthwisePairsEmitter"/>, which reads the input where it lies.</summary>
internal static unsafe class VnniDepthwisePairs
{
    private const int VectorBytes = 64;
    private const int Taps = 3;

    /// <summary>Columns of one call, whose results wait in two vectors each: they stay in the first-level cache, and a call takes about a microsecond.</summary>
    private const int MaxColumns = 128;

    private const int MaxPairs = 16;

    /// <summary>Whether the problem is of this form.</summary>
    internal static bool Takes(DepthwiseProblem* problem) =>
        problem->KernelH == Taps && problem->KernelW == Taps && problem->StrideH == 1 && problem->StrideW == 1 && problem->DilationH == 1 && problem->DilationW == 1
        && problem->Channels >= VectorBytes && problem->PadLeft is 0 or 1 && problem->OutW + 1 - problem->PadLeft <= problem->InW && problem->InH > 0
        && problem->WeightZeroPoints == null && VnniTiles.IsSupported;

    /// <summary>Computes all of it; false, with nothing done, where the operating system gave no executable memory.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryRun(DepthwiseProblem* problem, ref DotToU8 epilogue)
    {
        void* routine = VnniDepthwiseRoutine.FindPairs(VnniDepthwiseOperands.MayExceedIntegers(problem->Scales, problem->Channels));
        if (routine == null)
        {
            return false;
        }

        byte* memory = stackalloc byte[sizeof(VnniDepthwisePairsArguments) + (MaxPairs * sizeof(VnniDepthwisePair)) + (2 * MaxColumns * VectorBytes) + VectorBytes];
        var arguments = (VnniDepthwisePairsArguments*)(((nuint)memory + VectorBytes - 1) & ~(nuint)(VectorBytes - 1));
        var pairs = (VnniDepthwisePair*)(arguments + 1);
        arguments->Pairs = pairs;
        arguments->Buffer = (byte*)(pairs + MaxPairs);
        arguments->Step = problem->Channels;
        arguments->High = epilogue.High;
        Vector512.Create((byte)problem->XZeroPoint).Store(arguments->Outside);
        Vector512.Create((short)epilogue.Zero).Store(arguments->Zero);
        Vector512.Create((byte)((int)epilogue.Low + epilogue.Zero)).Store(arguments->LowBytes);
        Vector512.Create((byte)((int)epilogue.High + epilogue.Zero)).Store(arguments->HighBytes);
        int columns = Math.Min(problem->OutW, MaxColumns);
        int count = Math.Min(MaxPairs, MaxColumns / columns);
        bool isWhole = columns == problem->OutW && problem->OutH <= 2 * count && problem->Batch == 1;
        for (int next = 0; next < problem->Channels; next += VectorBytes)
        {
            // The last block is shifted back over the one before it: the same values are stored twice.
            arguments->Channel = Math.Min(next, problem->Channels - VectorBytes);
            VnniDepthwiseOperands.Load(problem, (int)arguments->Channel, VectorBytes, arguments->Bias, arguments->Scales, arguments->Weights);
            if (isWhole)
            {
                // The pairs are the same for every block.
                if (next == 0)
                {
                    FillColumns(arguments, problem, 0, columns);
                    FillPairs(arguments, problem, ref epilogue, 0, 0, 0, (problem->OutH + 1) / 2);
                }

                ((delegate* unmanaged[SuppressGCTransition]<VnniDepthwisePairsArguments*, void>)routine)(arguments);
                continue;
            }

            for (int image = 0; image < problem->Batch; image++)
            {
                for (int row = 0; row < problem->OutH; row += 2 * count)
                {
                    int now = Math.Min(count, (problem->OutH - row + 1) / 2);
                    for (int column = 0; column < problem->OutW; column += columns)
                    {
                        FillColumns(arguments, problem, column, Math.Min(columns, problem->OutW - column));
                        FillPairs(arguments, problem, ref epilogue, image, row, column, now);
                        ((delegate* unmanaged[SuppressGCTransition]<VnniDepthwisePairsArguments*, void>)routine)(arguments);
                    }
                }
            }
        }

        return true;
    }

    private static void FillColumns(VnniDepthwisePairsArguments* arguments, DepthwiseProblem* problem, int column, int columns)
    {
        int left = column - problem->PadLeft;
        int end = left + columns + Taps - 1;
        arguments->IsLeftInside = left < 0 ? 0 : 1;
        arguments->IsRightInside = end > problem->InW ? 0 : 1;
        arguments->End = (Math.Min(end, problem->InW) - Math.Max(left, 0)) * arguments->Step;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillPairs(VnniDepthwisePairsArguments* arguments, DepthwiseProblem* problem, ref DotToU8 epilogue, int image, int row, int column, int count)
    {
        nint step = arguments->Step;
        int left = column - problem->PadLeft;
        nint line = problem->InW * step;
        nint outLine = problem->OutW * epilogue.Stride;
        byte* x = problem->X + ((nint)image * problem->InH * line) + (Math.Max(left, 0) * step);

        // The routine adds the offset behind the input column that finishes a result.
        byte* y = epilogue.Y + ((problem->FirstRow + (((nint)image * problem->OutH) + row) * problem->OutW + column) * epilogue.Stride) - ((left < 0 ? 2 : 3) * step);
        uint zero = (uint)problem->XZeroPoint * 0x01010101u;
        uint before = 0;
        arguments->Count = count;
        VnniDepthwisePair* pair = arguments->Pairs;
        int top = row - problem->PadTop;
        int last = problem->InH - 1;
        for (int i = 0; i < count; i++, pair++, top += 2, y += 2 * outLine)
        {
            uint inside;
            if (top >= 0 && top + 3 <= last)
            {
                inside = uint.MaxValue;
                pair->Line0 = x + (top * line);
                pair->Line1 = pair->Line0 + line;
                pair->Line2 = pair->Line1 + line;
                pair->Line3 = pair->Line2 + line;
            }
            else
            {
                inside = (Inside(top, last) * 0xFFu) | (Inside(top + 1, last) * 0xFF00u) | (Inside(top + 2, last) * 0xFF0000u) | (Inside(top + 3, last) * 0xFF000000u);
                pair->Line0 = x + (Math.Clamp(top, 0, last) * line);
                pair->Line1 = x + (Math.Clamp(top + 1, 0, last) * line);
                pair->Line2 = x + (Math.Clamp(top + 2, 0, last) * line);
                pair->Line3 = x + (Math.Clamp(top + 3, 0, last) * line);
            }

            pair->Y0 = y;
            pair->Y1 = row + (2 * i) + 1 < problem->OutH ? y + outLine : y;
            pair->Inside = (int)inside;
            pair->Outside = (int)(zero & ~inside);
            pair->IsFresh = i == 0 || inside != before ? 1 : 0;
            before = inside;
        }
    }

    private static uint Inside(int line, int last) => (uint)line <= (uint)last ? 1u : 0u;
}
