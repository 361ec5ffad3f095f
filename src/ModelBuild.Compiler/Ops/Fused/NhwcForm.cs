using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>An operator over x [N,H,W,C] that stands for a standard one over [N,C,H,W]; other inputs and the attributes are the same.</summary>
/// <param name="inner">The standard operator.</param>
public abstract class NhwcForm(Op inner) : Op
{
    /// <inheritdoc/>
    public sealed override string OpType => inner.OpType;

    /// <inheritdoc/>
    public sealed override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context) => context.SetOutput(0, context.Input(0));

    /// <inheritdoc/>
    public sealed override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = Shapes.Transpose.Apply(context.Input(0), [0, 3, 1, 2]);
        Tensor?[] inputs = [x, .. Enumerable.Range(1, context.InputCount - 1).Select(context.InputOrNull)];
        return [Shapes.Transpose.Apply(inner.Evaluate(new EvaluationContext(context.Node, inputs, context.Cancellation))[0], [0, 2, 3, 1])];
    }
}
