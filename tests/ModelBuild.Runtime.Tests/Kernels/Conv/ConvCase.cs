namespace ModelBuild.Runtime.Tests.Kernels.Conv;

/// <summary>The sizes of a convolution under test.</summary>
public sealed record ConvCase(int Batch, int InH, int InW, int InC, int OutC, int KernelH, int KernelW)
{
    public int StrideH { get; init; } = 1;

    public int StrideW { get; init; } = 1;

    public int PadTop { get; init; }

    public int PadLeft { get; init; }

    public int PadBottom { get; init; }

    public int PadRight { get; init; }

    public int DilationH { get; init; } = 1;

    public int DilationW { get; init; } = 1;

    public int Groups { get; init; } = 1;

    public int OutH => ((InH + PadTop + PadBottom - ((KernelH - 1) * DilationH) - 1) / StrideH) + 1;

    public int OutW => ((InW + PadLeft + PadRight - ((KernelW - 1) * DilationW) - 1) / StrideW) + 1;
}
