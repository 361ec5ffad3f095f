using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>ONNX Clip-13: min(max(x, low), high) with optional scalar bounds.</summary>
public sealed class Clip : Op
{
    /// <inheritdoc/>
    public override string OpType => "Clip";

    /// <summary>The constant bounds of a node, or null when one is computed.</summary>
    public static (double Low, double High)? Bounds(Node node)
    {
        bool constant = node.InputOrNull(1) is null or { IsConstant: true } && node.InputOrNull(2) is null or { IsConstant: true };
        return constant ? (node.InputOrNull(1)?.Constant!.ToDoubleArray()[0] ?? double.NegativeInfinity, node.InputOrNull(2)?.Constant!.ToDoubleArray()[0] ?? double.PositiveInfinity) : null;
    }

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(1, 3);
        context.SetOutput(0, context.Input(0));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        double low = context.InputOrNull(1)?.ToDoubleArray()[0] ?? double.NegativeInfinity;
        double high = context.InputOrNull(2)?.ToDoubleArray()[0] ?? double.PositiveInfinity;
        return [NumericTensors.FromDouble(context.Node, x.DType, [.. x.ToDoubleArray().Select(v => Math.Min(Math.Max(v, low), high))], x.Dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        (double low, double high) = Bounds(context.Node) ?? throw NodeErrors.Attribute(context.Node, "min/max", "computed", "Only constant bounds have a kernel; set Runtime=\"onnxruntime\" for others.");
        if (context.Input(0).DType != DType.F32)
        {
            throw NodeErrors.Type(context.Node, $"works on {context.Input(0).DType}; binary32 has a kernel.");
        }

        context.AllowInPlace(0, 0);
        context.Call("Unary.ClipF32", 0, ("x", context.Input(0)), ("y", context.Output()), ("min", (float)low), ("max", (float)high));
    }
}
