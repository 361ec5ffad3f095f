using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Transformers;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Masks of the attention operators of com.microsoft as an addend of the scores [batch, heads, queries, keys].</summary>
internal static class ContribMasks
{
    private const float DefaultFilter = -10000;

    /// <summary>The sum of the padding mask, the causal mask and the bias, or null.</summary>
    /// <param name="mask">int32: [batch, keys] or [batch, queries, keys], 0 where a key is masked; [batch] lengths, or [2 * batch] ends and starts.</param>
    /// <param name="bias">Added as it is.</param>
    /// <param name="past">Keys before the first query.</param>
    public static Value? Bias(PartsBuilder parts, Value query, Value key, Value? mask, Value? bias, Value? past)
    {
        Value? sum = mask is null ? null : Padding(parts, query, key, mask);
        if (parts.Attributes.GetInt("unidirectional", 0) != 0)
        {
            Value queries = parts.Reshape(parts.Range(parts.Size(query, 2)), -1, 1);
            Value places = past is null ? queries : parts.Add("Add", [queries, past]);
            Value causal = AttentionParts.Bias(parts, parts.Add("LessOrEqual", [parts.Range(parts.Size(key, 2)), places]), query);
            sum = sum is null ? causal : parts.Add("Add", [sum, causal]);
        }

        return bias is null || sum is null ? bias ?? sum : parts.Add("Add", [bias, sum]);
    }

    private static Value Padding(PartsBuilder parts, Value query, Value key, Value mask)
    {
        Shape shape = parts.ShapeOf(mask);
        Value condition = shape.Rank switch
        {
            1 => Ranges(parts, query, key, mask),
            2 => parts.Unsqueeze(Marked(parts, mask), 1, 2),
            3 => parts.Unsqueeze(Marked(parts, mask), 1),
            _ => throw NodeErrors.Shape(parts.Node, $"a mask {shape} is not supported; [batch], [2 * batch], [batch, keys] and [batch, queries, keys] are. Or set Runtime=\"onnxruntime\"."),
        };
        float filter = parts.Attributes.GetFloat("mask_filter_value", DefaultFilter);
        return parts.Add("Where", [condition, parts.Scalar(query, 0), parts.Scalar(query, filter)]);
    }

    private static Value Marked(PartsBuilder parts, Value mask) => parts.Add("Greater", [mask, parts.Scalar(mask, 0)]);

    private static Value Ranges(PartsBuilder parts, Value query, Value key, Value mask)
    {
        long batch = parts.SizeOf(query, 0);
        long count = parts.SizeOf(mask, 0);
        if (count != batch && count != 2 * batch)
        {
            throw NodeErrors.Shape(parts.Node, $"a mask of {count} elements beside a batch of {batch} is not supported; one or two elements per sequence are. Or set Runtime=\"onnxruntime\".");
        }

        Value keys = parts.Cast(parts.Range(parts.Size(key, 2)), mask.Type.DType);
        Value ends = parts.Reshape(count == batch ? mask : parts.Slice(mask, 0, 0, batch), batch, 1, 1, 1);
        Value inside = parts.Add("Less", [keys, ends]);
        return count == batch
            ? inside
            : parts.Add("And", [inside, parts.Add("GreaterOrEqual", [keys, parts.Reshape(parts.Slice(mask, 0, batch, 2 * batch), batch, 1, 1, 1)])]);
    }
}
