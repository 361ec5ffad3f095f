namespace ModelBuild.Kernels;

/// <summary>What all blocks of channels of one output line share.</summary>
internal unsafe struct DepthwiseLine
{
    /// <summary>The input image.</summary>
    internal byte* X;

    /// <summary>The first output row (pixel).</summary>
    internal nint FirstRow;

    /// <summary>The input line of the windows' first row of taps; may lie outside.</summary>
    internal int Top;

    /// <summary>The first row of taps that lies inside the image.</summary>
    internal int Y0;

    /// <summary>The end of the rows of taps that lie inside the image.</summary>
    internal int Y1;

    /// <summary>The first output column whose window lies inside the line.</summary>
    internal int Interior0;

    /// <summary>The end of these columns.</summary>
    internal int Interior1;

    /// <summary>The distances of the taps, and the count of rows that lie inside.</summary>
    internal DepthwiseTaps Taps;

    /// <summary>Computes the geometry of a line.</summary>
    internal DepthwiseLine(DepthwiseProblem* problem, int image, int line)
    {
        int channels = problem->Channels;
        X = problem->X + ((nint)image * problem->InH * problem->InW * channels);
        FirstRow = problem->FirstRow + (((nint)image * problem->OutH) + line) * problem->OutW;
        Top = (line * problem->StrideH) - problem->PadTop;
        (Y0, Y1) = Inside(Top, problem->KernelH, problem->DilationH, problem->InH);
        Interior0 = (problem->PadLeft + problem->StrideW - 1) / problem->StrideW;
        int room = problem->InW + problem->PadLeft - 1 - ((problem->KernelW - 1) * problem->DilationW);
        Interior1 = room < 0 ? 0 : Math.Min(problem->OutW, (room / problem->StrideW) + 1);
        Taps = new DepthwiseTaps
        {
            CountH = Y1 - Y0,
            StepH = (nint)problem->DilationH * problem->InW * channels,
            StepW = (nint)problem->DilationW * channels,
            WeightStepH = (nint)problem->KernelW * channels,
            WeightStepW = channels,
        };
    }

    /// <summary>The taps [first, end) of a window from <paramref name="start"/> that lie inside [0, length).</summary>
    internal static (int First, int End) Inside(int start, int kernel, int dilation, int length)
    {
        if (dilation == 1)
        {
            int from = Math.Min(kernel, Math.Max(0, -start));
            return (from, Math.Max(from, Math.Min(kernel, length - start)));
        }

        int first = start >= 0 ? 0 : Math.Min(kernel, (-start + dilation - 1) / dilation);
        int end = start >= length ? 0 : Math.Min(kernel, ((length - 1 - start) / dilation) + 1);
        return (first, Math.Max(first, end));
    }
}
