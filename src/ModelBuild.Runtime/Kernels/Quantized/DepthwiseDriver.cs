using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Walks a depthwise convolution: blocks of channels outside, then lines, then pixels; taps outside the image multiply the input's zero point.</summary>
internal static unsafe class DepthwiseDriver
{
    /// <summary>Runs with the widest kernel whose block the channels fill.</summary>
    internal static void Run<TEpilogue>(DepthwiseProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        if (Avx512BW.IsSupported && problem->Channels >= Avx512Depthwise.Lanes)
        {
            Run<Avx512Depthwise, TEpilogue>(problem, ref epilogue);
        }
        else if (Avx2.IsSupported && problem->Channels >= Avx2Depthwise.Lanes)
        {
            Run<Avx2Depthwise, TEpilogue>(problem, ref epilogue);
        }
        else if (Vector128.IsHardwareAccelerated && BitConverter.IsLittleEndian && problem->Channels >= Vector128Depthwise.Lanes)
        {
            Run<Vector128Depthwise, TEpilogue>(problem, ref epilogue);
        }
        else
        {
            Run<ScalarDepthwise, TEpilogue>(problem, ref epilogue);
        }
    }

    /// <summary>Runs with one kernel; there must be at least as many channels as it has lanes.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TKernel, TEpilogue>(DepthwiseProblem* problem, ref TEpilogue epilogue)
        where TKernel : struct, IDepthwiseKernel
        where TEpilogue : struct, IDotEpilogue
    {
        DepthwiseBlock block = default;
        byte* zeros = stackalloc byte[DotPanel.Columns];
        new Span<byte>(zeros, DotPanel.Columns).Fill((byte)problem->XZeroPoint);
        int lanes = TKernel.Lanes;
        int channels = problem->Channels;
        for (int next = 0; next < channels; next += lanes)
        {
            // The last block is shifted back over the one before it: the same values are stored twice.
            int channel = Math.Min(next, channels - lanes);
            block.Load(problem, channel, lanes);
            for (int image = 0; image < problem->Batch; image++)
            {
                byte* x = problem->X + ((nint)image * problem->InH * problem->InW * channels) + channel;
                for (int line = 0; line < problem->OutH; line++)
                {
                    Line<TKernel, TEpilogue>(problem, ref epilogue, &block, x, zeros, image, line, channel);
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line<TKernel, TEpilogue>(
        DepthwiseProblem* problem, ref TEpilogue epilogue, DepthwiseBlock* block, byte* x, byte* zeros, int image, int line, int channel)
        where TKernel : struct, IDepthwiseKernel
        where TEpilogue : struct, IDotEpilogue
    {
        int* tile = stackalloc int[IDepthwiseKernel.TallRows * DotPanel.Columns];
        int* init = stackalloc int[DotPanel.Columns];
        int channels = problem->Channels;
        int lanes = TKernel.Lanes;
        sbyte* w = problem->W + channel;
        nint firstRow = (((nint)image * problem->OutH) + line) * problem->OutW;
        nint inStep = (nint)problem->StrideW * channels;

        int top = (line * problem->StrideH) - problem->PadTop;
        (int y0, int y1) = Inside(top, problem->KernelH, problem->DilationH, problem->InH);
        (int interior0, int interior1) = Interior(problem);
        var taps = new DepthwiseTaps
        {
            StepH = (nint)problem->DilationH * problem->InW * channels,
            StepW = (nint)problem->DilationW * channels,
            WeightStepH = (nint)problem->KernelW * channels,
            WeightStepW = channels,
        };

        for (int column = 0; column < problem->OutW;)
        {
            bool inside = column >= interior0 && column < interior1;
            bool tall = inside && column + IDepthwiseKernel.TallRows <= interior1;
            int left = (column * problem->StrideW) - problem->PadLeft;
            (int x0, int x1) = inside ? (0, problem->KernelW) : Inside(left, problem->KernelW, problem->DilationW, problem->InW);
            int* start = block->Bias;
            if (problem->XZeroPoint != 0 && (y0 > 0 || y1 < problem->KernelH || x0 > 0 || x1 < problem->KernelW))
            {
                Unsafe.CopyBlockUnaligned(init, start, DotPanel.Columns * sizeof(int));
                start = init;
                Outside<TKernel>(problem, zeros, w, init, 0, y0, 0, problem->KernelW);
                Outside<TKernel>(problem, zeros, w, init, y1, problem->KernelH, 0, problem->KernelW);
                Outside<TKernel>(problem, zeros, w, init, y0, y1, 0, x0);
                Outside<TKernel>(problem, zeros, w, init, y0, y1, x1, problem->KernelW);
            }

            int pixels = 1;
            if (y0 >= y1 || x0 >= x1)
            {
                Unsafe.CopyBlockUnaligned(tile, start, DotPanel.Columns * sizeof(int));
            }
            else
            {
                taps.CountH = y1 - y0;
                taps.CountW = x1 - x0;
                byte* first = x + ((((nint)(top + (y0 * problem->DilationH)) * problem->InW) + left + (x0 * problem->DilationW)) * channels);
                sbyte* firstW = w + ((nint)((y0 * problem->KernelW) + x0) * channels);
                if (tall)
                {
                    pixels = IDepthwiseKernel.TallRows;
                    TKernel.Tall(&taps, first, inStep, firstW, start, tile);
                }
                else
                {
                    TKernel.One(&taps, first, firstW, start, tile);
                }
            }

            epilogue.Store(tile, firstRow + column, pixels, channel, lanes, block->Scales, block->FloatBias);
            column += pixels;
        }
    }

    /// <summary>The taps [first, end) of a window from <paramref name="start"/> that lie inside [0, length).</summary>
    private static (int First, int End) Inside(int start, int kernel, int dilation, int length)
    {
        int first = start >= 0 ? 0 : Math.Min(kernel, (-start + dilation - 1) / dilation);
        int end = start >= length ? 0 : Math.Min(kernel, ((length - 1 - start) / dilation) + 1);
        return (first, Math.Max(first, end));
    }

    /// <summary>The output columns [first, end) whose windows lie inside the line.</summary>
    private static (int First, int End) Interior(DepthwiseProblem* problem)
    {
        int first = (problem->PadLeft + problem->StrideW - 1) / problem->StrideW;
        int room = problem->InW + problem->PadLeft - 1 - ((problem->KernelW - 1) * problem->DilationW);
        int end = room < 0 ? 0 : Math.Min(problem->OutW, (room / problem->StrideW) + 1);
        return (first, end);
    }

    /// <summary>Adds the taps of a rectangle that lies outside the image.</summary>
    private static void Outside<TKernel>(DepthwiseProblem* problem, byte* zeros, sbyte* w, int* init, int y0, int y1, int x0, int x1)
        where TKernel : struct, IDepthwiseKernel
    {
        if (y0 >= y1 || x0 >= x1)
        {
            return;
        }

        var taps = new DepthwiseTaps
        {
            CountH = y1 - y0,
            CountW = x1 - x0,
            WeightStepH = (nint)problem->KernelW * problem->Channels,
            WeightStepW = problem->Channels,
        };
        TKernel.One(&taps, zeros, w + ((nint)((y0 * problem->KernelW) + x0) * problem->Channels), init, init);
    }
}
