using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>What is known at build time of small integer tensors that hold sizes, symbols included.</summary>
internal static class ShapeValues
{
    // Shape arithmetic of exporters is a few nodes deep; the bound also limits the stack.
    private const int MaxDepth = 16;
    private const int MaxLength = 64;

    /// <summary>The shape that an input of sizes names: known where it is constant or computed from shapes, of unknown dimensions where only its length is known.</summary>
    public static Shape? ShapeOf(Node node, int input)
    {
        Value? value = node.InputOrNull(input);
        if (value is null)
        {
            return null;
        }

        if (value.Constant is { } constant)
        {
            long[] sizes = Elements.Integers(node, input, constant);
            return sizes.All(s => s >= 0) ? Shape.Of(sizes) : throw NodeErrors.Shape(node, $"the shape [{string.Join(',', sizes.Take(16))}] has a negative size.");
        }

        return Entries(value) is { } entries ? new Shape(entries) : null;
    }

    /// <summary>One dimension per element of a value, or null when not even its length is known.</summary>
    /// <remarks>Negative numbers are unknown dimensions.</remarks>
    public static Dim[]? Entries(Value value) => Entries(value, 0);

    private static Dim[]? Entries(Value value, int depth)
    {
        if (value.Constant is { } constant)
        {
            return constant.DType is DType.I64 or DType.I32 && constant.Count <= MaxLength ? [.. constant.ToInt64Array().Select(v => v < 0 ? Dim.Unknown : new Dim(v))] : Unknown(value);
        }

        return (depth < MaxDepth ? Compute(value, depth + 1) : null) ?? Unknown(value);
    }

    private static Dim[]? Compute(Value value, int depth)
    {
        if (value.Producer is not { Domain: "" } node)
        {
            return null;
        }

        Dim[]? Input(int index) => node.InputOrNull(index) is { } input ? Entries(input, depth) : null;
        switch (node.OpType)
        {
            case "Shape" when node.Input(0).Type.Shape is { } shape:
                (int start, int count) = ShapeOp.RangeOf(node, shape.Rank);
                return [.. shape.Skip(start).Take(count)];
            case "Identity" or "Cast" or "Unsqueeze" or "Squeeze" or "Reshape" when value.Type.Shape is { Rank: <= 1 }:
                return Input(0);
            case "Concat" when value.Type.Shape is { Rank: 1 }:
                Dim[]?[] parts = [.. Enumerable.Range(0, node.Inputs.Count).Select(Input)];
                return parts.All(p => p is not null) ? [.. parts.SelectMany(p => p!)] : null;
            case "Gather" when Input(0) is { } from && node.Input(0).Type.Shape is { Rank: 1 } && node.InputOrNull(1)?.Constant is { Count: <= MaxLength } indices:
                return [.. Elements.Integers(node, 1, indices).Select(i => from[Index.Normalize(node, i, from.Length)])];
            case "Slice" when Input(0) is { } from && Parameters(node) is { } p && node.Input(0).Type.Shape is { Rank: 1 }:
                SliceRange range = SliceRange.Resolve(node, [from.Length], p[0]!, p[1]!, p[2], p[3]);
                return [.. Enumerable.Range(0, (int)range.Sizes[0]).Select(i => from[range.Starts[0] + (i * range.Steps[0])])];
            case "Add" when Input(0) is [var a] && Input(1) is [var b]:
                return [a + b];
            case "Mul" when Input(0) is [var a] && Input(1) is [var b]:
                return [a * b];
            default:
                return null;
        }
    }

    private static Tensor?[]? Parameters(Node node)
    {
        Tensor?[] tensors = [.. Enumerable.Range(1, 4).Select(i => node.InputOrNull(i)?.Constant)];
        return Enumerable.Range(1, 4).All(i => (node.InputOrNull(i) is null && i > 2) || tensors[i - 1] is not null) ? tensors : null;
    }

    private static Dim[]? Unknown(Value value) => value.Type.Shape switch
    {
        { Rank: 0 } => [Dim.Unknown],
        { Rank: 1 } shape when shape[0].IsKnown && shape[0].Value <= MaxLength => [.. Enumerable.Repeat(Dim.Unknown, (int)shape[0].Value)],
        _ => null,
    };
}
