using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The input itself (ONNX Identity 21).</summary>
public sealed class Identity : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Identity";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context) => context.SetOutput(0, context.Input(0));

    private protected override Tensor[] Compute(EvaluationContext context) => [context.Input(0)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => context.Alias(0, 0);
}
