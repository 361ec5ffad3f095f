using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Walks a depthwise convolution: lines outside, so that their inputs stay in the first-level cache, then blocks of channels, then pixels; taps outside the image multiply the input's zero point.</summary>
internal static unsafe class DepthwiseDriver
{
    /// <summary>Runs on the threads that the caller has.</summary>
    internal static void Run<TEpilogue>(DepthwiseProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        long work = SharedDepthwise<TEpilogue>.Work(problem);
        if (ThreadTeam.For(work) is { } team)
        {
            SharedDepthwise<TEpilogue>.Run(team, work, problem, ref epilogue);
        }
        else
        {
            RunAlone(problem, ref epilogue);
        }
    }

    /// <summary>Runs with the generated routine where it takes the problem, else with the best kernel that C# has for this machine.</summary>
    internal static void RunAlone<TEpilogue>(DepthwiseProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        if (typeof(TEpilogue) == typeof(DotToU8))
        {
            ref DotToU8 toBytes = ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue);
            if (VnniDepthwiseDirect.Takes(problem) ? VnniDepthwiseDirect.TryRun(problem, ref toBytes) : VnniDepthwise.Takes(problem) && VnniDepthwise.TryRun(problem, ref toBytes))
            {
                return;
            }
        }

        RunManaged(problem, ref epilogue);
    }

    /// <summary>Runs with the widest kernel whose block the channels fill.</summary>
    private static void RunManaged<TEpilogue>(DepthwiseProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        if (AvxVnniStrips.Takes<TEpilogue>(problem))
        {
            AvxVnniStrips.Run(problem, ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue));
        }
        else if (AvxVnniDepthwise.Takes<TEpilogue>(problem))
        {
            AvxVnniDepthwise.Run(problem, ref epilogue);
        }
        else if (Avx512BW.IsSupported && Avx512DepthwiseWidth3.Takes(problem))
        {
            Avx512DepthwiseWidth3.Run(problem, ref epilogue);
        }
        else if (Avx512BW.IsSupported && problem->Channels >= Avx512Depthwise.Lanes)
        {
            Run<Avx512Depthwise, TEpilogue>(problem, ref epilogue);
        }
        else if (!Avx512BW.IsSupported && Avx2DepthwisePairs.Takes<TEpilogue>(problem))
        {
            Avx2DepthwisePairs.Run(problem, ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue));
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
        int loaded = -1;
        for (int image = 0; image < problem->Batch; image++)
        {
            for (int row = 0; row < problem->OutH; row++)
            {
                var line = new DepthwiseLine(problem, image, row);
                for (int next = 0; next < channels; next += lanes)
                {
                    // The last block is shifted back over the one before it: the same values are stored twice.
                    int channel = Math.Min(next, channels - lanes);
                    if (channel != loaded)
                    {
                        block.Load(problem, channel, lanes);
                        loaded = channel;
                    }

                    Line<TKernel, TEpilogue>(problem, ref epilogue, &line, &block, zeros, channel);
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line<TKernel, TEpilogue>(
        DepthwiseProblem* problem, ref TEpilogue epilogue, DepthwiseLine* line, DepthwiseBlock* block, byte* zeros, int channel)
        where TKernel : struct, IDepthwiseKernel
        where TEpilogue : struct, IDotEpilogue
    {
        int* tile = stackalloc int[IDepthwiseKernel.MaxPixels * DotPanel.Columns];
        int* init = stackalloc int[DotPanel.Columns];
        nint inStep = (nint)problem->StrideW * problem->Channels;
        byte* x = line->X + ((nint)(line->Top + (line->Y0 * problem->DilationH)) * problem->InW * problem->Channels) + channel;
        sbyte* w = problem->W + channel;
        sbyte* firstW = w + ((nint)line->Y0 * problem->KernelW * problem->Channels);
        DepthwiseTaps taps = line->Taps;
        for (int column = 0; column < problem->OutW;)
        {
            int first = column;
            int end = Math.Min(problem->OutW, column + IDepthwiseKernel.MaxPixels);
            while (column < end)
            {
                bool inside = column >= line->Interior0 && column < line->Interior1;
                int pixels = inside ? Math.Min(end, line->Interior1) - column : 1;
                int left = (column * problem->StrideW) - problem->PadLeft;
                (int x0, int x1) = inside ? (0, problem->KernelW) : DepthwiseLine.Inside(left, problem->KernelW, problem->DilationW, problem->InW);
                int* start = block->Bias;
                if (problem->XZeroPoint != 0 && (taps.CountH < problem->KernelH || x1 - x0 < problem->KernelW))
                {
                    Unsafe.CopyBlockUnaligned(init, start, DotPanel.Columns * sizeof(int));
                    start = init;
                    Outside<TKernel>(problem, zeros, w, init, 0, line->Y0, 0, problem->KernelW);
                    Outside<TKernel>(problem, zeros, w, init, line->Y1, problem->KernelH, 0, problem->KernelW);
                    Outside<TKernel>(problem, zeros, w, init, line->Y0, line->Y1, 0, x0);
                    Outside<TKernel>(problem, zeros, w, init, line->Y0, line->Y1, x1, problem->KernelW);
                }

                int* target = tile + ((column - first) * DotPanel.Columns);
                if (taps.CountH == 0 || x0 >= x1)
                {
                    for (int pixel = 0; pixel < pixels; pixel++)
                    {
                        Unsafe.CopyBlockUnaligned(target + (pixel * DotPanel.Columns), start, DotPanel.Columns * sizeof(int));
                    }
                }
                else
                {
                    taps.CountW = x1 - x0;
                    byte* firstX = x + ((nint)(left + (x0 * problem->DilationW)) * problem->Channels);
                    TKernel.Run(&taps, firstX, inStep, firstW + ((nint)x0 * problem->Channels), start, pixels, target);
                    if (problem->WeightZeroPoints != null)
                    {
                        SubtractWeightZeroPoints<TKernel>(&taps, firstX, inStep, problem->WeightZeroPoints + channel, problem->XZeroPoint, pixels, target);
                    }
                }

                column += pixels;
            }

            epilogue.Store(tile, DotPanel.Columns, line->FirstRow + first, end - first, channel, TKernel.Lanes, block->Scales, block->FloatBias);
        }
    }

    /// <summary>sum((x - xz) * (w - wz)) = sum(x * w) - xz * sum(w) - wz * sum(x - xz): the second term is in the bias, this is the third, to which taps outside add nothing.</summary>
    [SkipLocalsInit]
    private static void SubtractWeightZeroPoints<TKernel>(DepthwiseTaps* taps, byte* x, nint step, int* zeroPoints, int xZeroPoint, int pixels, int* tile)
        where TKernel : struct, IDepthwiseKernel
    {
        int* sums = stackalloc int[IDepthwiseKernel.MaxPixels * DotPanel.Columns];
        int* init = stackalloc int[DotPanel.Columns];
        sbyte* ones = stackalloc sbyte[DotPanel.Columns];
        new Span<sbyte>(ones, DotPanel.Columns).Fill(1);
        new Span<int>(init, DotPanel.Columns).Fill(-xZeroPoint * taps->CountH * taps->CountW);
        DepthwiseTaps same = *taps;
        same.WeightStepH = 0;
        same.WeightStepW = 0;
        TKernel.Run(&same, x, step, ones, init, pixels, sums);
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int lane = 0; lane < TKernel.Lanes; lane++)
            {
                tile[(pixel * DotPanel.Columns) + lane] -= zeroPoints[lane] * sums[(pixel * DotPanel.Columns) + lane];
            }
        }
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
        TKernel.Run(&taps, zeros, 0, w + ((nint)((y0 * problem->KernelW) + x0) * problem->Channels), init, 1, init);
    }
}
