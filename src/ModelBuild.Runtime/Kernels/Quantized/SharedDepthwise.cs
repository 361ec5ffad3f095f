using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>A depthwise convolution of bytes that threads share line by line.</summary>
/// <typeparam name="TEpilogue">What happens to the sums.</typeparam>
internal unsafe struct SharedDepthwise<TEpilogue> : ISharedRange
    where TEpilogue : struct, IDotEpilogue
{
    private DepthwiseProblem* _problem;
    private void* _epilogue;

    /// <summary>About as much work as the multiply-accumulates of a matrix product of floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Work(DepthwiseProblem* problem) =>
        (long)problem->Batch * problem->OutH * problem->OutW * problem->Channels * problem->KernelH * problem->KernelW;

    /// <summary>Computes the convolution on the threads of a team.</summary>
    internal static void Run(ThreadTeam team, long work, DepthwiseProblem* problem, ref TEpilogue epilogue)
    {
        var shared = new SharedDepthwise<TEpilogue> { _problem = problem, _epilogue = Unsafe.AsPointer(ref epilogue) };
        SharedRange.Run(team, shared, (nint)problem->Batch * problem->OutH, 1, work);
    }

    /// <inheritdoc/>
    public readonly void Run(nint first, nint end)
    {
        DepthwiseProblem part = *_problem;
        part.Batch = 1;
        while (first < end)
        {
            int image = (int)(first / _problem->OutH);
            int line = (int)(first - ((nint)image * _problem->OutH));
            part.OutH = (int)Math.Min(_problem->OutH - line, end - first);
            part.PadTop = _problem->PadTop - (line * _problem->StrideH);
            part.X = _problem->X + ((nint)image * _problem->InH * _problem->InW * _problem->Channels);
            part.FirstRow = _problem->FirstRow + (first * _problem->OutW);
            DepthwiseDriver.RunAlone(&part, ref Unsafe.AsRef<TEpilogue>(_epilogue));
            first += part.OutH;
        }
    }
}
