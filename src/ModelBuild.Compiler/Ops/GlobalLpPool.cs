using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX GlobalLpPool-22: the p-norm of all spatial positions of a channel.</summary>
public sealed class GlobalLpPool : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "GlobalLpPool";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        LpPool.Order(context.Node);
        context.SetOutput(0, context.Input(0).DType, context.Shape(0) is { } x ? new Shape(x.Select((d, i) => i < 2 ? d : 1)) : null);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        int order = LpPool.Order(context.Node);
        int length = Axes.Product(x.Dims[2..]);
        double[] norms = [.. x.ToDoubleArray().Chunk(length).Select(plane => Math.Pow(plane.Sum(v => Math.Pow(Math.Abs(v), order)), 1.0 / order))];
        return [FloatTensors.FromDouble(context.Node, x.DType, norms, [x.Dims[0], x.Dims[1], .. Enumerable.Repeat(1L, x.Rank - 2)])];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireF32Kernel(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        int length = Axes.Product(dims.AsSpan(2));

        // Each channel is an image of one line with one window over all of it.
        context.Call(
            "LpPool.F32", 0, ("x", context.Input(0)), ("y", context.Output()), ("batch", Axes.Product(dims.AsSpan(0, 2))), ("inH", 1), ("inW", length), ("channels", 1), ("outH", 1), ("outW", 1),
            ("kernelH", 1), ("kernelW", length), ("strideH", 1), ("strideW", 1), ("padTop", 0), ("padLeft", 0), ("dilationH", 1), ("dilationW", 1), ("p", LpPool.Order(context.Node)));
    }
}
