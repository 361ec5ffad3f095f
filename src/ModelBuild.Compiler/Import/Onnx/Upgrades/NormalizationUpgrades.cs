using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Upgrades;

/// <summary>Batch, group and mean-variance normalisation.</summary>
internal static class NormalizationUpgrades
{
    /// <summary>Before opset 7 <c>is_test</c> chose the mode; a single output means inference whatever it says.</summary>
    public static void BatchNormalization6(PendingNode node)
    {
        if (node.Attributes.GetInt("is_test", 0) == 0 && node.Outputs.Skip(1).Any(o => o.Length > 0))
        {
            throw node.Unsupported("is_test=0", "The node trains. Export the model for inference.");
        }

        node.Attributes.Remove("is_test");
    }

    /// <summary>Before opset 9 <c>spatial=0</c> kept statistics for every position.</summary>
    public static void BatchNormalization8(PendingNode node)
    {
        if (node.Attributes.GetInt("spatial", 1) == 0 && node.Rank(0) is not 2)
        {
            throw node.Unsupported("spatial=0", "Export the model with statistics per channel.");
        }

        node.Attributes.Remove("spatial");
    }

    /// <summary>Before opset 14 further outputs held training statistics; a reader of one is then an error.</summary>
    public static void BatchNormalization13(PendingNode node)
    {
        if (node.Outputs.Count > 1)
        {
            node.Outputs.RemoveRange(1, node.Outputs.Count - 1);
        }
    }

    /// <summary>Before opset 21 scale and bias had one element per group; from 21 on per channel.</summary>
    public static void GroupNormalization(PendingNode node)
    {
        long groups = node.Attributes.GetInt("num_groups", 0);
        if (node.Input(0)?.Type.Shape is not { Rank: >= 2 } shape || !shape[1].IsKnown || groups <= 0 || shape[1].Value % groups != 0)
        {
            throw node.Unsupported("num_groups", "The number of channels is not known or not a multiple of it. Export the model with opset 21 or later.");
        }

        long repeat = shape[1].Value / groups;
        for (int i = 1; i <= 2; i++)
        {
            if (node.Input(i) is { } value)
            {
                node.SetInput(i, PerChannel(node, value, groups, repeat, i == 1 ? "scale" : "bias"));
            }
        }
    }

    /// <summary>Before opset 9 <c>across_channels</c> chose the axes.</summary>
    public static void MeanVarianceNormalization(PendingNode node)
    {
        if (node.Attributes.GetInt("normalize_variance", 1) == 0)
        {
            throw node.Unsupported("normalize_variance=0", "Export the model with opset 9 or later.");
        }

        long[] axes = node.Attributes.GetInt("across_channels", 0) != 0 ? [0, 1, 2, 3] : [0, 2, 3];
        node.Attributes.Remove("normalize_variance");
        node.Attributes.Remove("across_channels");
        node.Attributes["axes"] = new IntsAttribute(axes);
    }

    private static Value PerChannel(PendingNode node, Value value, long groups, long repeat, string what)
    {
        if (value.Constant is { Rank: 1 } constant && constant.Count == groups)
        {
            int size = DTypes.SizeOf(constant.DType);
            using MemoryStream data = new();
            for (int g = 0; g < groups; g++)
            {
                for (long r = 0; r < repeat; r++)
                {
                    data.Write(constant.Bytes.Slice(g * size, size));
                }
            }

            return node.Constant(what, new Tensor(constant.DType, [groups * repeat], data.ToArray()));
        }

        Value column = node.Before($"{what}_column", "Unsqueeze", [value, node.Constant($"{what}_axes", Tensor.Vector(1L))]);
        Value expanded = node.Before($"{what}_expand", "Expand", [column, node.Constant($"{what}_size", Tensor.Vector(groups, repeat))]);
        return node.Before($"{what}_channels", "Reshape", [expanded, node.Constant($"{what}_flat", Tensor.Vector(groups * repeat))]);
    }
}
