using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.RandomNumbers;

/// <summary>
/// Draws classes by the unnormalised logarithms of their probabilities (ONNX Multinomial 22): the class of a uniform number of the node's seed is how many sums of probabilities, from the first class on, do not exceed it.
/// </summary>
internal sealed class Multinomial : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Multinomial";

    /// <inheritdoc/>
    public override string? Limits => "A seed is needed: numbers are the same in every call.";

    private protected override int MinInputs => 1;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) => base.IsKnown(inputs) && inputs[0]!.Type.IsStatic;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value x = parts.Input(0);
        long samples = parts.Attributes.GetInt("sample_size", 1);
        DType type = (DType)parts.Attributes.GetInt("dtype", (long)DType.I32);
        if (type is not (DType.I32 or DType.I64))
        {
            throw NodeErrors.Attribute(parts.Node, "dtype", $"{(long)type}", "It must be int32 or int64.");
        }

        if (parts.ShapeOf(x).Rank != 2 || parts.SizeOf(x, 1) == 0 || samples < 1)
        {
            throw NodeErrors.Shape(parts.Node, $"{samples} samples of the operand {x.Type.Shape}: [batch, classes] with at least one class and one sample are needed.");
        }

        Value sums = parts.Add("CumSum", [parts.Add("Softmax", [parts.Cast(x, DType.F32)], new AttributeMap { { "axis", 1L } }), parts.Constant(Tensor.Scalar(1L))]);
        AttributeMap attributes = new() { { "seed", RandomGenerator.SeedOf(parts.Node) }, { "shape", [parts.SizeOf(x, 0), samples, 1L] } };
        Value below = parts.Add("LessOrEqual", [parts.Unsqueeze(sums, 1), parts.Add("RandomUniform", [], attributes)]);
        Value count = parts.Add("ReduceSum", [parts.Cast(below, DType.I64), parts.Ints(2)], new AttributeMap { { "keepdims", 0L } });

        // The last sum may be rounded to less than 1.
        return [parts.Cast(parts.Add("Min", [count, parts.Scalar(count, parts.SizeOf(x, 1) - 1)]), type)];
    }
}
