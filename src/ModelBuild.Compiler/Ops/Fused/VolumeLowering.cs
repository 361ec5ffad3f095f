using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Appends the kernel calls of convolutions and pools over x [N,D,H,W,C].</summary>
internal static class VolumeLowering
{
    /// <summary>A convolution with weights [M,C/group,kd,kh,kw].</summary>
    public static void Conv(ILoweringContext context)
    {
        int[] x = Sizes(context, context.InputDims(0));
        int[] w = Sizes(context, context.InputDims(1));
        int[] y = Sizes(context, context.OutputDims());
        SpatialGeometry g = SpatialGeometry.Of(context.Node, [w[2], w[3], w[4]], [x[1], x[2], x[3]]);
        int groups = (int)context.Node.Attributes.GetInt("group", 1);
        Operand packed = PackedWeights.Of(
            context, "Conv3D.Pack", Conv3D.PackedLength(y[4], x[4], w[2], w[3], w[4], groups), (from, to) => Conv3D.Pack(from, to, y[4], x[4], w[2], w[3], w[4], groups),
            ("outC", y[4]), ("inC", x[4]), ("kernelD", w[2]), ("kernelH", w[3]), ("kernelW", w[4]), ("groups", groups));
        int scratch = Kernels.Conv.ScratchLength(
            x[2], x[3], x[4], y[2], y[3], w[3], w[4], (int)g.Strides[1], (int)g.Strides[2], (int)g.Pads[1], (int)g.Pads[2], (int)g.Dilations[1], (int)g.Dilations[2]);
        long macs = (long)y[0] * y[1] * y[2] * y[3] * y[4] * w[1] * w[2] * w[3] * w[4];
        Call(context, "Conv3D.F32", macs, packed, scratch, x, w, y, g.Strides, g.Pads, g.Dilations, groups);
    }

    /// <summary>A transposed convolution with weights [C,M/group,kd,kh,kw].</summary>
    public static void ConvTranspose(ILoweringContext context)
    {
        int[] x = Sizes(context, context.InputDims(0));
        int[] w = Sizes(context, context.InputDims(1));
        int[] y = Sizes(context, context.OutputDims());
        TransposedGeometry g = TransposedGeometry.Of(context.Node, [w[2], w[3], w[4]], [x[1], x[2], x[3]]);
        int groups = (int)context.Node.Attributes.GetInt("group", 1);
        Operand packed = PackedWeights.Of(
            context, "ConvTranspose3D.Pack", ConvTranspose3D.PackedLength(y[4], x[4], w[2], w[3], w[4], groups), (from, to) => ConvTranspose3D.Pack(from, to, y[4], x[4], w[2], w[3], w[4], groups),
            ("outC", y[4]), ("inC", x[4]), ("kernelD", w[2]), ("kernelH", w[3]), ("kernelW", w[4]), ("groups", groups));
        int scratch = Kernels.ConvTranspose.ScratchLength(x[3], y[4], w[3], w[4], groups);
        long macs = (long)x[0] * x[1] * x[2] * x[3] * x[4] * w[1] * w[2] * w[3] * w[4];
        Call(context, "ConvTranspose3D.F32", macs, packed, scratch, x, w, y, g.Strides, g.Begin, g.Dilations, groups);
    }

    /// <summary>A pool.</summary>
    public static void Pool(ILoweringContext context, PoolOp pool)
    {
        int[] x = Sizes(context, context.InputDims(0));
        int[] y = Sizes(context, context.OutputDims());
        SpatialGeometry g = SpatialGeometry.Of(context.Node, null, [x[1], x[2], x[3]]);
        List<(string, StepValue)> arguments =
        [
            ("x", context.Input(0)), ("y", context.Output()), ("batch", x[0]), ("channels", x[4]), ("input", x[1..4]), ("output", y[1..4]), ("kernel", Sizes(context, g.Kernel)),
            ("strides", Sizes(context, g.Strides)), ("pads", Sizes(context, g.Pads)), ("dilations", Sizes(context, g.Dilations)),
        ];
        switch (pool)
        {
            case AveragePool:
                arguments.Add(("countIncludePad", context.Node.Attributes.GetInt("count_include_pad", 0) != 0));
                context.Call("Pool3D.AverageF32", 0, [.. arguments]);
                break;
            case LpPool:
                arguments.Add(("p", LpPool.Order(context.Node)));
                context.Call("Pool3D.LpF32", 0, [.. arguments]);
                break;
            default:
                context.Call("Pool3D.Max", 0, [.. arguments]);
                break;
        }
    }

    private static void Call(ILoweringContext context, string kernel, long macs, Operand packed, int scratch, int[] x, int[] w, int[] y, long[] strides, long[] pads, long[] dilations, int groups)
    {
        (Activation activation, float alpha, float beta) = ActivationReference.Of(context.Node.Attributes);
        context.Call(
            kernel,
            macs,
            ("x", context.Input(0)),
            ("w", packed),
            ("bias", context.InputOrNull(2)),
            ("residual", context.InputOrNull(3)),
            ("y", context.Output()),
            ("scratch", context.Scratch(DType.F32, scratch)),
            ("batch", x[0]),
            ("inD", x[1]),
            ("inH", x[2]),
            ("inW", x[3]),
            ("inC", x[4]),
            ("outD", y[1]),
            ("outH", y[2]),
            ("outW", y[3]),
            ("outC", y[4]),
            ("kernelD", w[2]),
            ("kernelH", w[3]),
            ("kernelW", w[4]),
            ("strideD", (int)strides[0]),
            ("strideH", (int)strides[1]),
            ("strideW", (int)strides[2]),
            ("padFront", (int)pads[0]),
            ("padTop", (int)pads[1]),
            ("padLeft", (int)pads[2]),
            ("dilationD", (int)dilations[0]),
            ("dilationH", (int)dilations[1]),
            ("dilationW", (int)dilations[2]),
            ("groups", groups),
            ("activation", activation),
            ("alpha", alpha),
            ("beta", beta));
    }

    private static int[] Sizes(ILoweringContext context, long[] values) => Literals.Ints(context.Node, values);
}
