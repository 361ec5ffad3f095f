using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Sequences;

/// <summary>The two operators between tensors and sequences, written with Split, Squeeze, Unsqueeze and Concat.</summary>
internal static class SequenceParts
{
    /// <summary>The elements of a SplitToSequence, or null where their number is only known at run time or larger than <paramref name="limit"/>.</summary>
    /// <exception cref="ModelBuildException">The axis or the sizes are wrong (MDB2003).</exception>
    public static IReadOnlyList<Value>? Split(PendingNode node, KnownValues known, int limit)
    {
        if (node.Input(0) is not { Type.Shape: { } shape } x)
        {
            return null;
        }

        long given = node.Attributes.GetInt("axis", 0);
        int axis = (int)(given < 0 ? given + shape.Rank : given);
        if (axis < 0 || axis >= shape.Rank)
        {
            throw Invalid(node, $"has axis {given} for the shape {shape}.");
        }

        bool isSqueezed = node.Input(1) is null && node.Attributes.GetInt("keepdims", 1) == 0;
        if (SizesOf(node, known, shape[axis], limit) is not { } sizes)
        {
            return null;
        }

        string[] names = [.. Enumerable.Range(0, sizes.Length).Select(i => $"{node.Outputs[0]}/{i}")];
        Node split = node.Graph.AddNode("", "Split", $"{node.Name}/split", [x, node.Constant("sizes", Tensor.Vector<long>(sizes))], names, new AttributeMap { { "axis", (long)axis } });
        TypeInference.Run(split);
        List<Value> parts = [.. split.Outputs.Select(o => o!)];
        return isSqueezed ? [.. parts.Select(p => node.Before("squeeze", "Squeeze", [p, node.Constant("axis", Tensor.Vector((long)axis))]))] : parts;
    }

    /// <summary>A ConcatFromSequence of known elements.</summary>
    /// <exception cref="ModelBuildException">There is none, or the axis is missing (MDB2003).</exception>
    public static IReadOnlyList<Value?> Concat(PendingNode node, IReadOnlyList<Value> elements, CancellationToken cancellation)
    {
        if (elements.Count == 0)
        {
            throw Invalid(node, "its sequence is empty.");
        }

        if (!node.Attributes.TryGet("axis", out IntAttribute? axis))
        {
            throw Invalid(node, "has no axis.");
        }

        bool isNew = node.Attributes.GetInt("new_axis", 0) != 0;
        Value[] operands = [.. elements.Select(e => isNew ? node.Before("unsqueeze", "Unsqueeze", [e, node.Constant("axis", Tensor.Vector(axis.Value))]) : e)];
        node.OpType = "Concat";
        node.Attributes.Remove("new_axis");
        node.Inputs.Clear();
        node.Inputs.AddRange(operands);
        return node.AddTo("", cancellation);
    }

    /// <summary>True where all elements have one type and shape, so that they can be stacked.</summary>
    public static bool AreAlike(IReadOnlyList<Value> elements) =>
        elements.Count > 0 && elements[0].Type is { DType: not DType.Undefined, Shape: { } shape } type && shape.All(d => !d.IsUnknown) && elements.All(e => e.Type.Equals(type));

    /// <summary>A SequenceAt whose position is only known at run time: a row of the stacked elements.</summary>
    public static IReadOnlyList<Value?> Choose(PendingNode node, IReadOnlyList<Value> elements, CancellationToken cancellation)
    {
        Value[] rows = [.. elements.Select(e => node.Before("unsqueeze", "Unsqueeze", [e, node.Constant("axis", Tensor.Vector(0L))]))];
        Value stacked = node.Before("stack", "Concat", [.. rows], new AttributeMap { { "axis", 0L } });
        Value position = node.Before("position", "Reshape", [node.Input(1), node.Constant("scalar", Tensor.Vector<long>())]);
        node.OpType = "Gather";
        node.Inputs.Clear();
        node.Inputs.AddRange([stacked, position]);
        return node.AddTo("", cancellation);
    }

    private static long[]? SizesOf(PendingNode node, KnownValues known, Dim length, int limit)
    {
        if (node.Input(1) is { } split)
        {
            if (known.Find(split) is not { DType: DType.I32 or DType.I64 } tensor)
            {
                return null;
            }

            long[] given = tensor.ToInt64Array();
            if (given.Any(s => s < 0) || (tensor.Rank == 0 && given[0] == 0))
            {
                throw Invalid(node, $"splits into parts of {string.Join(", ", given.Take(8))}.");
            }

            if (tensor.Rank > 0)
            {
                return given.Length is 0 || given.Length > limit ? null : given;
            }

            return length.IsKnown ? Chunks(length.Value, given[0], limit) : null;
        }

        return length.IsKnown ? Chunks(length.Value, 1, limit) : null;
    }

    private static long[]? Chunks(long length, long size, int limit)
    {
        long count = (length / size) + (length % size > 0 ? 1 : 0);
        return count == 0 || count > limit ? null : [.. Enumerable.Range(0, (int)count).Select(i => Math.Min(size, length - (i * size)))];
    }

    private static ModelBuildException Invalid(PendingNode node, string what) => new(Diagnostic.At(Descriptors.InvalidNode, node.Name, $"{node.OpType} '{node.Name}': {what}"));
}
