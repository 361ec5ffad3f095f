using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>A tensor held by the node itself (ONNX Constant 21).</summary>
public sealed class Constant : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Constant";

    private protected override int MinInputs => 0;

    private protected override void Infer(InferenceContext context) => context.SetOutput(0, ValueOf(context.Node).Type);

    private protected override Tensor[] Compute(EvaluationContext context) => [ValueOf(context.Node)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => FixedResult.Copy(context, ValueOf(context.Node));

    private static Tensor ValueOf(Node node)
    {
        AttributeValue[] values = [.. node.Attributes.Where(a => a.Key.StartsWith("value", StringComparison.Ordinal)).Select(a => a.Value)];
        return values switch
        {
            [TensorAttribute a] => a.Value,
            [FloatAttribute a] => Tensor.Scalar(a.Value),
            [IntAttribute a] => Tensor.Scalar(a.Value),
            [FloatsAttribute a] => Tensor.Vector<float>(a.Values),
            [IntsAttribute a] => Tensor.Vector<long>(a.Values),
            [_] => throw NodeErrors.Type(node, "holds strings, which are not supported."),
            _ => throw NodeErrors.Invalid(node, $"has {values.Length} values; one is needed."),
        };
    }
}
