using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>ONNX Compress-11: the slices along an axis, or the elements, at which a condition is true. A constant condition makes it a Gather; how many are kept by any other is counted at run time.</summary>
public sealed class Compress : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Compress";

    private protected override int MinInputs => 2;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Node node = parts.Node;
        Value x = parts.Input(0);
        TensorType list = parts.Input(1).Type;
        if (list.DType != DType.Bool || list.Shape!.Rank != 1)
        {
            throw NodeErrors.Invalid(node, $"the condition {list} must be a list of bool.");
        }

        Shape shape = parts.ShapeOf(x);
        bool isFlat = !node.Attributes.Contains("axis");
        int axis = isFlat ? 0 : Axes.Normalize(node, node.Attributes.GetInt("axis", 0), shape.Rank);
        x = isFlat ? parts.Reshape(x, [-1L]) : x;
        AttributeMap along = new() { { "axis", (long)axis } };
        if (parts.Input(1).Constant is not { } condition)
        {
            Value found = parts.Add("Squeeze", [parts.Add("NonZero", [parts.Input(1)]), parts.Ints(0)]);
            return [parts.Add("Gather", [x, found], along)];
        }

        bool[] keep = condition.Span<bool>().ToArray();
        long[] kept = [.. Enumerable.Range(0, keep.Length).Where(i => keep[i]).Select(i => (long)i)];
        Dim length = parts.ShapeOf(x)[axis];
        if (kept.Length > 0 && length.IsKnown && kept[^1] >= length.Value)
        {
            throw NodeErrors.Shape(node, $"the condition is true at {kept[^1]}, beyond the {length} elements.");
        }

        return [parts.Add("Gather", [x, parts.Ints(kept)], along)];
    }
}
