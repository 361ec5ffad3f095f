using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The number of elements of a tensor (ONNX Size 21).</summary>
public sealed class Size : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Size";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context) => context.SetOutput(0, DType.I64, Shape.Scalar);

    private protected override Tensor[] Compute(EvaluationContext context) => [Tensor.Scalar((long)context.Input(0).Count)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => FixedResult.Copy(context, Tensor.Scalar(Shape.Of(context.InputDims(0)).ElementCount));
}
