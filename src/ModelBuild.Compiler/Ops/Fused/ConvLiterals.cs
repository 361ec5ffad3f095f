using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>The literal arguments of convolution kernels over [N,H,W,C].</summary>
public sealed record ConvLiterals(
    int Batch, int InH, int InW, int InC, int OutH, int OutW, int OutC, int KernelH, int KernelW, int StrideH, int StrideW, int PadTop, int PadLeft, int DilationH, int DilationW, int Groups)
{
    /// <summary>True when each channel has one filter of its own.</summary>
    public bool IsDepthwise => Groups == InC && Groups == OutC && Groups > 1;

    /// <summary>True when each pixel is a row of a product with all weights.</summary>
    public bool IsProduct => this is { KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, PadTop: 0, PadLeft: 0, Groups: 1 } && InH == OutH && InW == OutW;

    /// <summary>Multiply-accumulates.</summary>
    public long Macs => (long)Batch * OutH * OutW * OutC * KernelH * KernelW * (InC / Groups);

    /// <summary>Reads a node with input [N,H,W,C] and weights [M,C/group,kh,kw].</summary>
    public static ConvLiterals Of(ILoweringContext context) => Of(context.Node, context.InputDims(0), context.InputDims(1), context.OutputDims());

    /// <summary>Reads a node with input <paramref name="x"/> [N,H,W,C], weights <paramref name="w"/> [M,C/group,kh,kw] and output <paramref name="y"/> [N,H,W,M].</summary>
    public static ConvLiterals Of(Node node, long[] x, long[] w, long[] y)
    {
        SpatialGeometry g = SpatialGeometry.Of(node, [w[2], w[3]], [x[1], x[2]]);
        return new ConvLiterals(
            (int)x[0], (int)x[1], (int)x[2], (int)x[3], (int)y[1], (int)y[2], (int)y[3], (int)w[2], (int)w[3], (int)g.Strides[0], (int)g.Strides[1], (int)g.Pads[0], (int)g.Pads[1],
            (int)g.Dilations[0], (int)g.Dilations[1], (int)node.Attributes.GetInt("group", 1));
    }

    /// <summary>Named as in <c>Conv.F32</c>.</summary>
    public (string, StepValue)[] ConvArguments() =>
    [
        ("batch", Batch), ("inH", InH), ("inW", InW), ("inC", InC), ("outH", OutH), ("outW", OutW), ("outC", OutC), .. Window(), ("groups", Groups),
    ];

    /// <summary>Named as in <c>DepthwiseConv.F32</c>.</summary>
    public (string, StepValue)[] DepthwiseArguments() =>
    [
        ("batch", Batch), ("inH", InH), ("inW", InW), ("channels", InC), ("outH", OutH), ("outW", OutW), .. Window(),
    ];

    /// <summary>Named as in <c>PlanarConv.F32</c>.</summary>
    public (string, StepValue)[] PlanarArguments() =>
    [
        ("batch", Batch), ("inH", InH), ("inW", InW), ("inC", InC), ("outH", OutH), ("outW", OutW), ("outC", OutC), .. Window(),
    ];

    /// <summary>Named as in <c>WinogradConv.F32</c>.</summary>
    public (string, StepValue)[] WinogradArguments() =>
    [
        ("batch", Batch), ("inH", InH), ("inW", InW), ("inC", InC), ("outH", OutH), ("outW", OutW), ("outC", OutC), ("padTop", PadTop), ("padLeft", PadLeft),
    ];

    private (string, StepValue)[] Window() =>
    [
        ("kernelH", KernelH), ("kernelW", KernelW), ("strideH", StrideH), ("strideW", StrideW), ("padTop", PadTop), ("padLeft", PadLeft), ("dilationH", DilationH), ("dilationW", DilationW),
    ];
}
