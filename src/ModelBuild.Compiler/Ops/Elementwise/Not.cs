using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The opposite truth value (ONNX Not 1).</summary>
internal sealed class Not : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Not";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, t => t == DType.Bool, "bool elements");
        context.SetOutput(0, DType.Bool, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor y = Results.Allocate(context.Node, DType.Bool, context.Input(0).Dims);
        ReadOnlySpan<bool> x = context.Input(0).Span<bool>();
        Span<bool> to = y.MutableSpan<bool>();
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = !x[i];
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        context.AllowInPlace(0, 0);
        context.Call("Unary.Not", 0, ("x", context.Input(0)), ("y", context.Output()));
    }
}
