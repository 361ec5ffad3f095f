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
        DType to = To(context.Node);
        bool isText = to == DType.String || context.Input(0).DType == DType.String;
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, isText ? StringCast.Takes : CastConversion.Takes, isText ? "float32, float64, integers or strings" : "numbers, bool or strings");
        if (isText && !StringCast.Takes(to))
        {
            throw NodeErrors.Attribute(context.Node, "to", $"{to}", "Strings are converted to float32, float64 and integers.");
        }

        context.SetOutput(0, to, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        (Tensor x, DType to) = (context.Input(0), To(context.Node));
        return [to == DType.String || x.DType == DType.String ? StringCast.Run(context.Node, x, to) : CastConversion.Run(context.Node, x, to)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        if (context.Input(0).DType == DType.String || context.Output().DType == DType.String)
        {
            StringCast.Lower(context);
        }
        else
        {
            CastLowering.Call(context);
        }
    }

    private static DType To(Node node)
    {
        long to = node.Attributes.GetInt("to", 0);
        DType type = to is > 0 and < 256 && Enum.IsDefined((DType)to) ? (DType)to : DType.Undefined;
        return CastConversion.Takes(type) || type == DType.String ? type : throw NodeErrors.Attribute(node, "to", type == DType.Undefined ? $"{to}" : type.ToString(), "It must be a number type, bool or string.");
    }
}
