namespace ModelBuild.Kernels;

/// <summary>The operands and the geometry of a depthwise convolution over NHWC bytes.</summary>
internal unsafe struct DepthwiseProblem
{
    /// <summary>[batch][inH][inW][channels].</summary>
    internal byte* X;

    /// <summary>[kernelH * kernelW][channels].</summary>
    internal sbyte* W;

    /// <summary>Bias per channel with the input zero point folded in, or null.</summary>
    internal int* Bias;

    /// <summary>Scale per channel, or null.</summary>
    internal float* Scales;

    /// <summary>Float bias per channel, or null.</summary>
    internal float* FloatBias;

    /// <summary>Weight zero point per channel, or null.</summary>
    internal int* WeightZeroPoints;

    /// <summary>The output row (pixel) of the first result.</summary>
    internal nint FirstRow;

    /// <summary>Images.</summary>
    internal int Batch;

    /// <summary>Input height.</summary>
    internal int InH;

    /// <summary>Input width.</summary>
    internal int InW;

    /// <summary>Channels.</summary>
    internal int Channels;

    /// <summary>Output height.</summary>
    internal int OutH;

    /// <summary>Output width.</summary>
    internal int OutW;

    /// <summary>Kernel height.</summary>
    internal int KernelH;

    /// <summary>Kernel width.</summary>
    internal int KernelW;

    /// <summary>Vertical stride.</summary>
    internal int StrideH;

    /// <summary>Horizontal stride.</summary>
    internal int StrideW;

    /// <summary>Padding above.</summary>
    internal int PadTop;

    /// <summary>Padding at the left.</summary>
    internal int PadLeft;

    /// <summary>Vertical dilation.</summary>
    internal int DilationH;

    /// <summary>Horizontal dilation.</summary>
    internal int DilationW;

    /// <summary>The zero point of the input.</summary>
    internal int XZeroPoint;
}
