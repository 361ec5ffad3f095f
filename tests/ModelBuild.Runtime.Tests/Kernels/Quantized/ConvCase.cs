namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

/// <summary>The literals of one convolution.</summary>
public sealed record ConvCase(
    int Batch,
    int InH,
    int InW,
    int InC,
    int OutC,
    int KernelH,
    int KernelW,
    int StrideH,
    int StrideW,
    int PadTop,
    int PadLeft,
    int PadBottom,
    int PadRight,
    int DilationH,
    int DilationW,
    int Groups)
{
    /// <summary>The output height.</summary>
    public int OutH => ((InH + PadTop + PadBottom - ((KernelH - 1) * DilationH) - 1) / StrideH) + 1;

    /// <summary>The output width.</summary>
    public int OutW => ((InW + PadLeft + PadRight - ((KernelW - 1) * DilationW) - 1) / StrideW) + 1;
}
