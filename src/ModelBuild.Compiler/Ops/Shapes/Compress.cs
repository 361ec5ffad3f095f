using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>ONNX Compress-11: the slices along an axis, or the elements, at which a condition is true. A constant condition makes it a Gather; the size of any other result depends on values.</summary>
public sealed class Compress : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Compress";

    /// <inheritdoc/>
    public override string? Limits => "The number of results must be known: what it depends on is constant.";

    private protected override int MinInputs => 2;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) => base.IsKnown(inputs) && inputs[1]?.Constant is not null;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Node node = parts.Node;
        Value x = parts.Input(0);
        Tensor condition = parts.Input(1).Constant!;
        if (condition.DType != DType.Bool || condition.Rank != 1)
        {
            throw NodeErrors.Invalid(node, $"the condition {condition.Type} must be a list of bool.");
        }

        Shape shape = parts.ShapeOf(x);
        bool isFlat = !node.Attributes.Contains("axis");
        int axis = isFlat ? 0 : Axes.Normalize(node, node.Attributes.GetInt("axis", 0), shape.Rank);
        bool[] keep = condition.Span<bool>().ToArray();
        long[] kept = [.. Enumerable.Range(0, keep.Length).Where(i => keep[i]).Select(i => (long)i)];
        x = isFlat ? parts.Reshape(x, [-1L]) : x;
        Dim length = parts.ShapeOf(x)[axis];
        if (kept.Length > 0 && length.IsKnown && kept[^1] >= length.Value)
        {
            throw NodeErrors.Shape(node, $"the condition is true at {kept[^1]}, beyond the {length} elements.");
        }

        return [parts.Add("Gather", [x, parts.Ints(kept)], new AttributeMap { { "axis", (long)axis } })];
    }
}
