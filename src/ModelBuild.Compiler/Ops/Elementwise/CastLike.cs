using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Conversion to the element type of the second input (ONNX CastLike 21).</summary>
internal sealed class CastLike : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "CastLike";

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, CastConversion.Takes, "numbers or bool");
        ElementTypes.Require(context.Node, 1, context.Input(1).DType, CastConversion.Takes, "numbers or bool");
        context.SetOutput(0, context.Input(1).DType, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context) => [CastConversion.Run(context.Node, context.Input(0), context.Input(1).DType)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => CastLowering.Call(context);
}
