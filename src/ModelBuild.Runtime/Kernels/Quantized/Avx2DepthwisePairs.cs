using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Depthwise convolution to bytes by 16-bit multiply-adds of 256 bits: two neighbouring lines of the input are interleaved, so that each integer holds two rows of a column of a channel,
/// which are two taps of one output. The lines hold the padding, and neighbouring lines of outputs share them.
/// </summary>
internal static unsafe class Avx2DepthwisePairs
{
    /// <summary>Bytes of input that stay in a second-level cache while the channels pass by.</summary>
    private const int BandBytes = 128 << 10;

    /// <summary>The alignment of the vectors.</summary>
    private const int Alignment = 64;

    /// <summary>The most taps of a row.</summary>
    private const int MaxTaps = 7;

    /// <summary>More taps take longer to bring into the order of the pairs than fewer than <see cref="FewOutputs"/> outputs take.</summary>
    private const int MaxTapsOfFewOutputs = 9;

    private const int FewOutputs = 4;

    /// <summary>Whether the problem is of this form.</summary>
    internal static bool Takes<TEpilogue>(DepthwiseProblem* problem)
        where TEpilogue : struct, IDotEpilogue =>
        Avx2.IsSupported && typeof(TEpilogue) == typeof(DotToU8) && problem->Channels >= Avx2DepthwisePairOperands.PartChannels
        && problem->KernelH < 2 * Avx2DepthwisePairLines.MaxPairs && problem->KernelW <= MaxTaps && problem->KernelH * problem->KernelW > 1 && problem->DilationH == 1
        && ((long)problem->OutH * problem->OutW >= FewOutputs || problem->KernelH * problem->KernelW <= MaxTapsOfFewOutputs)
        && (3L * problem->StrideW) + ((problem->KernelW - 1L) * problem->DilationW) < Avx2DepthwisePairLines.MaxColumns
        && Avx2DepthwisePairOperands.TakesWeightZeroPoints(problem);

    /// <summary>Computes all of it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(DepthwiseProblem* problem, ref DotToU8 output)
    {
        Unsafe.SkipInit(out Avx2DepthwisePairOperands operands);
        int pairs = (problem->KernelH + 2) / 2;
        int blockChannels = Math.Min(problem->Channels, pairs > 2 ? Avx2DepthwisePairOperands.MaxChannels / 2 : Avx2DepthwisePairOperands.MaxChannels);
        int blockParts = Avx2DepthwisePairOperands.PartsOf(blockChannels);
        byte* memory = stackalloc byte[(pairs * blockParts * Avx2DepthwisePairLines.Plane) + Alignment];
        byte* weights = stackalloc byte[(blockParts * Avx2DepthwisePairOperands.PartWeights(problem)) + Alignment];
        operands.Output = output;
        operands.Weights = weights + (-(nint)weights & (Alignment - 1));
        operands.Step = (nint)problem->StrideW * Avx2DepthwisePairLines.VectorBytes;
        operands.TapStep = (nint)problem->DilationW * Avx2DepthwisePairLines.VectorBytes;
        operands.Taps = problem->KernelW;
        operands.Pairs = pairs;
        operands.PairBytes = blockParts * Avx2DepthwisePairLines.Plane;

        // Two neighbouring lines of outputs share their pairs: the lower one has its first tap in the second row of the first pair.
        operands.Lines = problem->StrideH == 1 && problem->OutH > 1 ? 2 : 1;
        byte* lines = memory + (-(nint)memory & (Alignment - 1));
        int reach = (problem->KernelW - 1) * problem->DilationW;
        int most = (Avx2DepthwisePairLines.MaxColumns - 1 - reach) / problem->StrideW;
        long lineBytes = (long)problem->InW * problem->Channels * problem->StrideH;
        int band = problem->Channels <= blockChannels ? problem->OutH : (int)Math.Clamp(BandBytes / Math.Max(lineBytes, 1), 8, problem->OutH + 8) / 2 * 2;
        for (int image = 0; image < problem->Batch; image++)
        {
            for (int from = 0; from < problem->OutH; from += band)
            {
                int to = Math.Min(problem->OutH, from + band);
                for (int channel = 0; channel < problem->Channels; channel += blockChannels)
                {
                    operands.Load(problem, channel, Math.Min(blockChannels, problem->Channels - channel));
                    for (int column = 0; column < problem->OutW; column += most)
                    {
                        Strip(problem, &operands, image, from, to, column, Math.Min(most, problem->OutW - column), lines);
                    }
                }
            }
        }
    }

    /// <summary>Some columns of a block of channels of the lines of a band.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip(DepthwiseProblem* problem, Avx2DepthwisePairOperands* operands, int image, int from, int to, int column, int columns, byte* lines)
    {
        byte** rows = stackalloc byte*[Avx2DepthwisePairLines.MaxPairs];
        int* has = stackalloc int[Avx2DepthwisePairLines.MaxPairs];
        new Span<int>(has, Avx2DepthwisePairLines.MaxPairs).Fill(int.MinValue);
        int pairs = operands->Pairs;
        int left = (column * problem->StrideW) - problem->PadLeft;
        int places = ((columns - 1) * problem->StrideW) + ((problem->KernelW - 1) * problem->DilationW) + 1;
        byte* x = problem->X + ((nint)image * problem->InH * problem->InW * problem->Channels);
        nint lineStride = problem->OutW * operands->Output.Stride;
        byte* y = operands->Output.Y + ((problem->FirstRow + ((((nint)image * problem->OutH) + from) * problem->OutW) + column) * operands->Output.Stride) + operands->Channel;
        for (int oy = from; oy < to; oy += operands->Lines)
        {
            int now = Math.Min(operands->Lines, to - oy);
            int needed = (problem->KernelH + now) / 2;
            int top = (oy * problem->StrideH) - problem->PadTop;
            for (int pair = 0; pair < needed; pair++)
            {
                int row = top + (2 * pair);
                int slot = (int)((uint)((row >> 1) + (pairs << 26)) % (uint)pairs);
                rows[pair] = lines + (slot * operands->PairBytes);
                if (has[slot] != row)
                {
                    has[slot] = row;
                    Avx2DepthwisePairLines.Interleave(problem, operands, x, row, left, places, rows[pair]);
                }
            }

            for (int line = 0; line < now; line++, y += lineStride)
            {
                Avx2DepthwisePairSums.Line(rows, operands, line, (problem->KernelH + line + 1) / 2, columns, y);
            }
        }
    }
}
