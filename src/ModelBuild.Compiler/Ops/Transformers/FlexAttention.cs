using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Transformers;

/// <summary>Scaled dot-product attention whose scores and probabilities may pass through subgraphs (FlexAttention 1 of ai.onnx.preview).</summary>
internal sealed class FlexAttention : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "FlexAttention";

    /// <inheritdoc/>
    public override string Domain => "ai.onnx.preview";

    private protected override int MinInputs => 3;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) =>
        base.IsKnown(inputs) && inputs.All(i => i!.Type.Shape!.Rank != 4 || i.Type.Shape[1].IsKnown) && inputs[0]!.Type.Shape is { Rank: > 0 } q && q[q.Rank - 1].IsKnown;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value query = parts.Input(0);
        Value key = parts.Input(1);
        Value value = parts.Input(2);
        DType type = ElementTypes.Same(parts.Node, query.Type.DType, ElementTypes.Same(parts.Node, key.Type.DType, value.Type.DType));
        ElementTypes.Require(parts.Node, 0, type, DTypes.IsFloat, "floating-point elements");
        foreach (Value operand in new[] { query, key, value })
        {
            if (parts.ShapeOf(operand).Rank != 4)
            {
                throw NodeErrors.Shape(parts.Node, $"Q, K and V must have 4 axes; one of them is {operand.Type.Shape}.");
            }
        }

        DType precision = (DType)parts.Attributes.GetInt("softmax_precision", (long)(type == DType.F64 ? DType.F64 : DType.F32));
        if (!DTypes.IsFloat(precision))
        {
            throw NodeErrors.Attribute(parts.Node, "softmax_precision", $"{(long)precision}", "It must be 1, 10, 11 or 16.");
        }

        double scale = parts.Attributes.Contains("scale") ? parts.Attributes.GetFloat("scale", 1) : 1 / Math.Sqrt(parts.SizeOf(query, 3));
        Value scores = Modified(parts, "score_mod", parts.Cast(AttentionParts.Scores(parts, query, key, scale), precision));
        Value probabilities = Modified(parts, "prob_mod", AttentionParts.Softmax(parts, scores, null, canMaskRows: false));
        return [parts.Cast(AttentionParts.Weighted(parts, probabilities, parts.Cast(value, precision)), type)];
    }

    private static Value Modified(PartsBuilder parts, string attribute, Value x)
    {
        if (!parts.Attributes.TryGet(attribute, out GraphAttribute? subgraph))
        {
            return x;
        }

        if (subgraph.Value.Inputs.Count != 1 || subgraph.Value.Outputs.Count != 1)
        {
            throw NodeErrors.Invalid(parts.Node, $"{attribute} has {subgraph.Value.Inputs.Count} inputs and {subgraph.Value.Outputs.Count} outputs; it must have one of each.");
        }

        Value y = parts.Inline(subgraph.Value, x)[0];
        return y.Type.Equals(x.Type) || y.Type.Shape is not { IsStatic: true } || !x.Type.IsStatic
            ? y
            : throw NodeErrors.Shape(parts.Node, $"{attribute} turns {x.Type} into {y.Type}; the type must stay.");
    }
}
