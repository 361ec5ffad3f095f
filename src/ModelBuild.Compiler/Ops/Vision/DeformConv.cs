using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Vision;

/// <summary>
/// ONNX DeformConv-22 over two spatial axes: a convolution whose kernel elements are moved by offsets of each window. x [N,C,H,W], w [M,C/group,kh,kw],
/// offset [N,offset_group*kh*kw*2,oh,ow], b [M], mask [N,offset_group*kh*kw,oh,ow].
/// </summary>
public sealed class DeformConv : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "DeformConv";

    private protected override int MinInputs => 3;

    private protected override int MaxInputs => 5;

    private protected override void Infer(InferenceContext context)
    {
        Shape? output = null;
        if (context.Shape(0) is { } x && context.Shape(1) is { IsStatic: true } w)
        {
            (SpatialGeometry geometry, _, _) = Check(context.Node, x, w);
            Dim[] spatial = [.. geometry.Output(context.Node, [.. x.Skip(2)], ceil: false)];
            CheckOffsets(context.Node, "offset", context.Shape(2), 2, w, spatial);
            if (context.HasInput(4))
            {
                CheckOffsets(context.Node, "mask", context.Shape(4), 1, w, spatial);
            }

            output = new Shape([x[0], w[0], .. spatial]);
        }

        context.SetOutput(0, context.Input(0).DType, output);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Tensor w = context.Input(1);
        (SpatialGeometry g, int groups, int offsetGroups) = Check(context.Node, x.Type.Shape!, w.Type.Shape!);
        Dim[] spatial = [.. g.Output(context.Node, [.. x.Type.Shape!.Skip(2)], ceil: false)];
        CheckOffsets(context.Node, "offset", context.Input(2).Type.Shape, 2, w.Type.Shape!, spatial);
        CheckOffsets(context.Node, "mask", context.InputOrNull(4)?.Type.Shape, 1, w.Type.Shape!, spatial);
        long[] dims = [x.Dims[0], w.Dims[0], .. spatial.Select(d => d.Value)];
        Results.Check(context.Node, x.DType, dims);
        double[] xs = x.ToDoubleArray();
        double[] ws = w.ToDoubleArray();
        double[] offsets = context.Input(2).ToDoubleArray();
        double[]? masks = context.InputOrNull(4)?.ToDoubleArray();
        double[]? bias = context.InputOrNull(3)?.ToDoubleArray();
        (int inC, int inH, int inW) = ((int)x.Dims[1], (int)x.Dims[2], (int)x.Dims[3]);
        (int outC, int perGroup, int kernelW) = ((int)dims[1], (int)w.Dims[1], (int)w.Dims[3]);
        int taps = Axes.Product(w.Dims[2..]);
        int pixels = Axes.Product(dims.AsSpan(2));
        double[] y = new double[Axes.Product(dims)];
        for (int i = 0; i < y.Length; i++)
        {
            (int p, int m, int n) = (i % pixels, i / pixels % outC, i / pixels / outC);
            double sum = bias?[m] ?? 0;
            for (int t = 0; t < taps * perGroup; t++)
            {
                (int k, int c) = (t % taps, (m / (outC / groups) * perGroup) + (t / taps));
                int plane = (((n * offsetGroups) + (c / (inC / offsetGroups))) * taps) + k;
                double row = (p / (int)dims[3] * g.Strides[0]) - g.Pads[0] + (k / kernelW * g.Dilations[0]) + offsets[(2 * plane * pixels) + p];
                double column = (p % (int)dims[3] * g.Strides[1]) - g.Pads[1] + (k % kernelW * g.Dilations[1]) + offsets[(((2 * plane) + 1) * pixels) + p];
                sum += ws[(m * perGroup * taps) + t] * (masks?[(plane * pixels) + p] ?? 1) * At(xs.AsSpan(((n * inC) + c) * inH * inW, inH * inW), row, column, inH, inW);
            }

            y[i] = sum;
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, y, dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            ElementTypes.RequireF32Kernel(node, context.InputOrNull(i)?.DType ?? DType.F32);
        }

        int[] x = Literals.Ints(node, context.InputDims(0));
        int[] w = Literals.Ints(node, context.InputDims(1));
        int[] y = Literals.Ints(node, context.OutputDims());
        (SpatialGeometry g, int groups, int offsetGroups) = Check(node, Shape.Of(context.InputDims(0)), Shape.Of(context.InputDims(1)));
        int taps = w[2] * w[3];
        int depth = checked(x[1] * taps);
        Operand weights = PackedWeights.Of(
            context, "ConvPacking.Pack", ConvPacking.PackedLength(y[1], depth, 1, 1, groups), (from, to) => ConvPacking.Pack(from, to, y[1], depth, 1, 1, groups),
            ("outC", y[1]), ("inC", depth), ("kernelH", 1), ("kernelW", 1), ("groups", groups));
        Operand samples = context.Scratch(DType.F32, (long)y[0] * y[2] * y[3] * depth)!;
        Operand result = context.Scratch(DType.F32, Axes.Product(context.OutputDims()))!;
        context.Call(
            "DeformConv.SampleF32",
            0,
            ("x", context.Input(0)),
            ("offset", context.Input(2)),
            ("mask", context.InputOrNull(4)),
            ("y", samples),
            ("batch", x[0]),
            ("channels", x[1]),
            ("inH", x[2]),
            ("inW", x[3]),
            ("outH", y[2]),
            ("outW", y[3]),
            ("kernelH", w[2]),
            ("kernelW", w[3]),
            ("strideH", (int)g.Strides[0]),
            ("strideW", (int)g.Strides[1]),
            ("padTop", (int)g.Pads[0]),
            ("padLeft", (int)g.Pads[1]),
            ("dilationH", (int)g.Dilations[0]),
            ("dilationW", (int)g.Dilations[1]),
            ("offsetGroups", offsetGroups));
        ConvLiterals conv = new(y[0], y[2], y[3], depth, y[2], y[3], y[1], 1, 1, 1, 1, 0, 0, 1, 1, groups);
        context.Call(
            "Conv.F32", conv.Macs,
            [("x", samples), ("w", weights), ("bias", context.InputOrNull(3)), ("residual", (Operand?)null), ("y", result), ("scratch", (Operand?)null), .. conv.ConvArguments(), ("activation", Activation.None), ("alpha", 0f), ("beta", 0f)]);
        context.Call("Transpose.Run", 0, ("x", result), ("y", context.Output()), ("shape", new[] { y[0], y[2] * y[3], y[1] }), ("permutation", new[] { 0, 2, 1 }));
    }

    private static double At(ReadOnlySpan<double> image, double row, double column, int height, int width)
    {
        double sum = 0;
        for (int corner = 0; corner < 4; corner++)
        {
            (double r, double c) = (Math.Floor(row) + (corner / 2), Math.Floor(column) + (corner % 2));
            if (r >= 0 && r < height && c >= 0 && c < width)
            {
                sum += (1 - Math.Abs(row - r)) * (1 - Math.Abs(column - c)) * image[((int)r * width) + (int)c];
            }
        }

        return sum;
    }

    private static (SpatialGeometry Geometry, int Groups, int OffsetGroups) Check(Node node, Shape x, Shape w)
    {
        if (x.Rank != 4 || w.Rank != 4)
        {
            throw NodeErrors.Shape(node, $"the input {x} and weights {w} must have rank 4: two spatial axes are supported.");
        }

        long groups = node.Attributes.GetInt("group", 1);
        long offsetGroups = node.Attributes.GetInt("offset_group", 1);
        bool fits = groups >= 1 && offsetGroups >= 1 && w.All(d => d.Value > 0) && w[0].Value % groups == 0 && (!x[1].IsKnown || (x[1].Value == w[1].Value * groups && x[1].Value % offsetGroups == 0));
        return fits
            ? (SpatialGeometry.Of(node, [w[2].Value, w[3].Value], [x[2], x[3]]), (int)groups, (int)offsetGroups)
            : throw NodeErrors.Shape(node, $"the input {x} and weights {w} do not fit {groups} groups and {offsetGroups} groups of offsets.");
    }

    private static void CheckOffsets(Node node, string what, Shape? shape, int coordinates, Shape w, Dim[] spatial)
    {
        long channels = node.Attributes.GetInt("offset_group", 1) * w[2].Value * w[3].Value * coordinates;
        bool fits = shape is null || (shape.Rank == 4 && Fits(shape[1], channels) && Fits(shape[2], spatial[0]) && Fits(shape[3], spatial[1]));
        if (!fits)
        {
            throw NodeErrors.Shape(node, $"{what} {shape} must have {channels} channels of [{spatial[0]},{spatial[1]}].");
        }
    }

    private static bool Fits(Dim a, Dim b) => !a.IsKnown || !b.IsKnown || a.Value == b.Value;
}
