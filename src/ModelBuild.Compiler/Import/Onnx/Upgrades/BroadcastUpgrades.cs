using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Upgrades;

/// <summary>Before opset 7 the second operand was broadcast only on request, aligned at <c>axis</c>; from 7 on both are, aligned at the end.</summary>
internal static class BroadcastUpgrades
{
    /// <summary>Gives the second operand trailing dimensions of 1 where <c>axis</c> aligned it further to the front.</summary>
    public static void Binary(PendingNode node)
    {
        bool broadcast = node.Attributes.GetInt("broadcast", 0) != 0;
        bool aligned = node.Attributes.TryGet("axis", out IntAttribute? axis);
        node.Attributes.Remove("broadcast");
        node.Attributes.Remove("axis");
        if (!broadcast || !aligned || node.Input(1) is not { } second)
        {
            return;
        }

        if (node.Rank(0) is not { } rank || second.Type.Shape is not { } shape)
        {
            throw node.Unsupported("axis", "The operands' ranks are not known. Export the model with opset 7 or later.");
        }

        long start = axis!.Value < 0 ? axis.Value + rank : axis.Value;
        long trailing = rank - start - shape.Rank;
        if (start < 0 || trailing < 0)
        {
            throw node.Unsupported("axis", "The second operand does not fit into the first at that axis.");
        }

        if (trailing > 0)
        {
            node.SetInput(1, AddTrailing(node, second, shape.Rank, (int)trailing));
        }
    }

    /// <summary>A slope per channel gets trailing dimensions of 1.</summary>
    public static void PRelu(PendingNode node)
    {
        if (node.Input(1) is not { Type.Shape: { Rank: 1 } shape } slope || shape[0] == new Dim(1))
        {
            return;
        }

        if (node.Rank(0) is not { } rank)
        {
            throw node.Unsupported("slope", "The rank of the input is not known. Export the model with opset 7 or later.");
        }

        if (rank > 2)
        {
            node.SetInput(1, AddTrailing(node, slope, 1, rank - 2));
        }
    }

    /// <summary>The third operand is always broadcast from opset 7 on.</summary>
    public static void Gemm(PendingNode node) => node.Attributes.Remove("broadcast");

    private static Value AddTrailing(PendingNode node, Value value, int rank, int trailing)
    {
        if (value.Constant is { } constant)
        {
            long[] dims = [.. constant.Dims, .. Enumerable.Repeat(1L, trailing)];
            return node.Constant("operand", constant.Reshape(dims));
        }

        long[] axes = [.. Enumerable.Range(rank, trailing).Select(i => (long)i)];
        return node.Before("unsqueeze", "Unsqueeze", [value, node.Constant("axes", Tensor.Vector<long>(axes))]);
    }
}
