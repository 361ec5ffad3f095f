using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Conversion to the element type of attribute <c>to</c> (ONNX Cast 21).</summary>
internal sealed class Cast : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Cast";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, CastConversion.Takes, "numbers or bool");
        context.SetOutput(0, To(context.Node), context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context) => [CastConversion.Run(context.Node, context.Input(0), To(context.Node))];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => CastLowering.Call(context);

    private static DType To(Node node)
    {
        long to = node.Attributes.GetInt("to", 0);
        DType type = to is > 0 and < 256 && Enum.IsDefined((DType)to) ? (DType)to : DType.Undefined;
        return CastConversion.Takes(type) ? type : throw NodeErrors.Attribute(node, "to", type == DType.Undefined ? $"{to}" : type.ToString(), "It must be a number type or bool.");
    }
}
