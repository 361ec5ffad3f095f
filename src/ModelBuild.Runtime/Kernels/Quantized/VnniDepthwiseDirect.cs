using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Depthwise convolutions with 3x3 taps and at least 64 channels by generated routines that read the input where it lies: with stride 1 that of
/// <see cref="VnniDepthwisePairsEmitter"/>, with horizontal stride 2 that of <see cref="VnniDepthwiseLinesEmitter"/>.
/// </summary>
internal static unsafe class VnniDepthwiseDirect
{
    private const int VectorBytes = 64;
    private const int Taps = 3;

    /// <summary>Columns of one call, whose results wait in two vectors each: they stay in the first-level cache, and a call takes about a microsecond.</summary>
    private const int MaxColumns = 128;

    private const int MaxWindows = 16;

    /// <summary>Whether the problem is of this form.</summary>
    internal static bool Takes(DepthwiseProblem* problem) =>
        problem->KernelH == Taps && problem->KernelW == Taps && (problem->StrideW == 2 || (problem->StrideW == 1 && problem->StrideH == 1))
        && problem->DilationH == 1 && problem->DilationW == 1 && problem->Channels >= VectorBytes && problem->PadLeft is 0 or 1
        && ((problem->OutW - 1) * (long)problem->StrideW) + Taps - 1 - problem->PadLeft <= problem->InW
        && problem->InH > 0 && problem->OutH > 0 && problem->OutW > 0
        && problem->WeightZeroPoints == null && VnniTiles.IsSupported;

    /// <summary>Computes all of it; false, with nothing done, where the operating system gave no executable memory.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryRun(DepthwiseProblem* problem, ref DotToU8 epilogue)
    {
        bool mayExceed = VnniDepthwiseOperands.MayExceedIntegers(problem->Scales, problem->Channels);
        void* routine = problem->StrideW == 1 ? VnniDepthwiseRoutine.FindPairs(mayExceed) : VnniDepthwiseRoutine.FindLines(mayExceed);
        if (routine == null)
        {
            return false;
        }

        byte* memory = stackalloc byte[sizeof(VnniDepthwiseDirectArguments) + (MaxWindows * sizeof(VnniDepthwiseWindow)) + (2 * MaxColumns * VectorBytes) + VectorBytes];
        var arguments = (VnniDepthwiseDirectArguments*)(((nuint)memory + VectorBytes - 1) & ~(nuint)(VectorBytes - 1));
        arguments->Windows = (VnniDepthwiseWindow*)(arguments + 1);
        arguments->Buffer = (byte*)(arguments->Windows + MaxWindows);
        arguments->Step = problem->Channels;
        arguments->High = epilogue.High;
        Vector512.Create((byte)problem->XZeroPoint).Store(arguments->Outside);
        Vector512.Create((short)epilogue.Zero).Store(arguments->Zero);
        Vector512.Create((byte)((int)epilogue.Low + epilogue.Zero)).Store(arguments->LowBytes);
        Vector512.Create((byte)((int)epilogue.High + epilogue.Zero)).Store(arguments->HighBytes);
        int columns = Math.Min(problem->OutW, MaxColumns);
        int lines = problem->StrideW == 1 ? 2 : 1;
        int count = Math.Min(MaxWindows, MaxColumns / columns);
        bool isWhole = columns == problem->OutW && problem->OutH <= lines * count && problem->Batch == 1;
        for (int next = 0; next < problem->Channels; next += VectorBytes)
        {
            // The last block is shifted back over the one before it: the same values are stored twice.
            arguments->Channel = Math.Min(next, problem->Channels - VectorBytes);
            VnniDepthwiseOperands.Load(problem, (int)arguments->Channel, VectorBytes, arguments->Bias, arguments->Scales, arguments->Weights);
            if (isWhole)
            {
                // The windows are the same for every block.
                if (next == 0)
                {
                    FillColumns(arguments, problem, 0, columns);
                    FillWindows(arguments, problem, ref epilogue, 0, 0, 0, (problem->OutH + lines - 1) / lines);
                }

                ((delegate* unmanaged[SuppressGCTransition]<VnniDepthwiseDirectArguments*, void>)routine)(arguments);
                continue;
            }

            for (int image = 0; image < problem->Batch; image++)
            {
                for (int row = 0; row < problem->OutH; row += lines * count)
                {
                    int now = Math.Min(count, (problem->OutH - row + lines - 1) / lines);
                    for (int column = 0; column < problem->OutW; column += columns)
                    {
                        FillColumns(arguments, problem, column, Math.Min(columns, problem->OutW - column));
                        FillWindows(arguments, problem, ref epilogue, image, row, column, now);
                        ((delegate* unmanaged[SuppressGCTransition]<VnniDepthwiseDirectArguments*, void>)routine)(arguments);
                    }
                }
            }
        }

        return true;
    }

    private static void FillColumns(VnniDepthwiseDirectArguments* arguments, DepthwiseProblem* problem, int column, int columns)
    {
        int left = (column * problem->StrideW) - problem->PadLeft;
        int end = left + ((columns - 1) * problem->StrideW) + Taps;
        arguments->IsLeftInside = left < 0 ? 0 : 1;
        arguments->IsRightInside = end > problem->InW ? 0 : 1;
        arguments->End = (Math.Min(end, problem->InW) - Math.Max(left, 0)) * arguments->Step;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillWindows(VnniDepthwiseDirectArguments* arguments, DepthwiseProblem* problem, ref DotToU8 epilogue, int image, int row, int column, int count)
    {
        nint step = arguments->Step;
        int left = (column * problem->StrideW) - problem->PadLeft;
        int lines = problem->StrideW == 1 ? 2 : 1;
        nint line = problem->InW * step;
        nint outLine = problem->OutW * epilogue.Stride;
        byte* x = problem->X + ((nint)image * problem->InH * line) + (Math.Max(left, 0) * step);
        byte* y = epilogue.Y + ((problem->FirstRow + (((nint)image * problem->OutH) + row) * problem->OutW + column) * epilogue.Stride);
        if (problem->StrideW == 1)
        {
            // The routine of pairs adds the offset behind the input column that finishes a result.
            y -= (left < 0 ? 2 : 3) * step;
        }

        uint zero = (uint)problem->XZeroPoint * 0x01010101u;
        uint before = 0;
        arguments->Count = count;
        VnniDepthwiseWindow* window = arguments->Windows;
        int top = (row * problem->StrideH) - problem->PadTop;
        int last = problem->InH - 1;
        for (int i = 0; i < count; i++, window++, top += lines * problem->StrideH, y += lines * outLine)
        {
            uint inside;
            if (top >= 0 && top + 3 <= last)
            {
                inside = uint.MaxValue;
                window->Line0 = x + (top * line);
                window->Line1 = window->Line0 + line;
                window->Line2 = window->Line1 + line;
                window->Line3 = window->Line2 + line;
            }
            else
            {
                inside = (Inside(top, last) * 0xFFu) | (Inside(top + 1, last) * 0xFF00u) | (Inside(top + 2, last) * 0xFF0000u) | (Inside(top + 3, last) * 0xFF000000u);
                window->Line0 = x + (Math.Clamp(top, 0, last) * line);
                window->Line1 = x + (Math.Clamp(top + 1, 0, last) * line);
                window->Line2 = x + (Math.Clamp(top + 2, 0, last) * line);
                window->Line3 = x + (Math.Clamp(top + 3, 0, last) * line);
            }

            window->Y0 = y;
            window->Y1 = row + (lines * i) + 1 < problem->OutH ? y + outLine : y;
            window->Inside = (int)inside;
            window->Outside = (int)(zero & ~inside);
            window->IsFresh = i == 0 || inside != before ? 1 : 0;
            before = inside;
        }
    }

    private static uint Inside(int line, int last) => (uint)line <= (uint)last ? 1u : 0u;
}
