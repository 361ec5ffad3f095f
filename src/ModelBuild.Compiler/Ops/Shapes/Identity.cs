using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>ONNX Identity, and Dropout at inference, which is the same.</summary>
/// <param name="opType">Operator name.</param>
public sealed class Identity(string opType) : ReshapeFamily
{
    /// <inheritdoc/>
    public override string OpType => opType;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(1, opType == "Dropout" ? 3 : 1);
        context.SetOutput(0, context.Input(0));
        context.SetOutput(1, DType.Bool, context.Shape(0));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        return [x, new Tensor(DType.Bool, x.Dims, [.. Enumerable.Repeat((byte)1, x.Count)])];
    }

    /// <inheritdoc/>
    protected override Shape? Target(Node node, Shape input, Func<int, Tensor?> constant) => input;
}
