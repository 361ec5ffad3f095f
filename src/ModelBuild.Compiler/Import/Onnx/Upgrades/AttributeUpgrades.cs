using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Upgrades;

/// <summary>Attributes that became inputs, and attributes that changed their form or default, without a change of what the operator computes.</summary>
internal static class AttributeUpgrades
{
    /// <summary>Bounds become inputs of the data's type.</summary>
    public static void Clip(PendingNode node)
    {
        MoveNumber(node, "min", 1);
        MoveNumber(node, "max", 2);
    }

    /// <summary>The attribute was called paddings.</summary>
    public static void Pad1(PendingNode node)
    {
        if (node.Attributes.GetInts("paddings") is { } pads)
        {
            node.Attributes["pads"] = new IntsAttribute(pads);
            node.Attributes.Remove("paddings");
        }
    }

    /// <summary>Sizes and value become inputs.</summary>
    public static void Pad10(PendingNode node)
    {
        node.MoveInts("pads", 1);
        MoveNumber(node, "value", 2);
    }

    /// <summary>Starts, ends and axes become inputs.</summary>
    public static void Slice(PendingNode node)
    {
        node.MoveInts("starts", 1);
        node.MoveInts("ends", 2);
        node.MoveInts("axes", 3);
    }

    /// <summary>The count becomes an input.</summary>
    public static void TopK(PendingNode node)
    {
        if (node.Attributes.TryGet("k", out IntAttribute? k))
        {
            node.SetInput(1, node.Constant("k", Tensor.Vector(k.Value)));
            node.Attributes.Remove("k");
        }
    }

    /// <summary>The ratio has no effect in inference.</summary>
    public static void Dropout(PendingNode node)
    {
        node.Attributes.Remove("ratio");
        node.Attributes.Remove("is_test");
    }

    /// <summary>The shape becomes an input.</summary>
    public static void Reshape(PendingNode node) => node.MoveInts("shape", 1);

    /// <summary>Opset 1 repeated along one axis.</summary>
    public static void Tile(PendingNode node)
    {
        if (node.Inputs.Count < 3)
        {
            return;
        }

        if (node.Rank(0) is not { } rank || node.Input(1)?.Constant is not { Count: 1 } tiles || node.Input(2)?.Constant is not { Count: 1 } axis || axis.ToDoubleArray()[0] < 0 || axis.ToDoubleArray()[0] >= rank)
        {
            throw node.Unsupported("tiles", "Tiles and axis must be constants and the rank known. Export the model with opset 6 or later.");
        }

        long[] repeats = [.. Enumerable.Repeat(1L, rank)];
        repeats[(int)axis.ToDoubleArray()[0]] = (long)tiles.ToDoubleArray()[0];
        node.Inputs.RemoveRange(1, 2);
        node.SetInput(1, node.Constant("repeats", Tensor.Vector<long>(repeats)));
    }

    /// <summary>The target was given as a type's name.</summary>
    public static void Cast(PendingNode node)
    {
        if (!node.Attributes.TryGet("to", out StringAttribute? name))
        {
            return;
        }

        // Names are those of TensorProto.DataType.
        node.Attributes["to"] = Enum.TryParse(name.Value, ignoreCase: true, out Wire.TensorProto.Types.DataType type) && type != 0
            ? new IntAttribute((long)type)
            : throw node.Unsupported($"to={name.Value}", "It is no element type.");
    }

    /// <summary>The axis was 1 where it was not given.</summary>
    public static void Concat(PendingNode node)
    {
        if (!node.Attributes.Contains("axis"))
        {
            node.Attributes["axis"] = new IntAttribute(1);
        }
    }

    /// <summary>The defaults had fewer digits.</summary>
    public static void Selu(PendingNode node)
    {
        node.Attributes["alpha"] = new FloatAttribute(node.Attributes.GetFloat("alpha", 1.6732f));
        node.Attributes["gamma"] = new FloatAttribute(node.Attributes.GetFloat("gamma", 1.0507f));
    }

    /// <summary>Sizes become an input.</summary>
    public static void SplitSizes(PendingNode node) => node.MoveInts("split", 1);

    /// <summary>Equal parts are asked for by their number.</summary>
    public static void SplitCount(PendingNode node)
    {
        if (node.Input(1) is null)
        {
            node.Attributes["num_outputs"] = new IntAttribute(node.Outputs.Count);
        }
    }

    /// <summary>Its present name.</summary>
    public static void Scatter(PendingNode node) => node.OpType = "ScatterElements";

    /// <summary>Whether the sequence is an output is told by the outputs themselves.</summary>
    public static void Recurrent(PendingNode node) => node.Attributes.Remove("output_sequence");

    /// <summary>The axis, 1 where it was not given, becomes an input.</summary>
    public static void Dft(PendingNode node)
    {
        node.SetInput(2, node.Constant("axis", Tensor.Scalar(node.Attributes.GetInt("axis", 1))));
        node.Attributes.Remove("axis");
    }

    /// <summary>Axes become an input.</summary>
    public static void Axes(PendingNode node) => node.MoveInts("axes", 1);

    private static void MoveNumber(PendingNode node, string attribute, int input)
    {
        if (!node.Attributes.TryGet(attribute, out FloatAttribute? value))
        {
            return;
        }

        node.Attributes.Remove(attribute);
        Tensor tensor = node.Input(0)?.Type.DType switch
        {
            DType.F16 => Tensor.Scalar((Half)value.Value),
            DType.F64 => Tensor.Scalar((double)value.Value),
            _ => Tensor.Scalar(value.Value),
        };
        node.SetInput(input, node.Constant(attribute, tensor));
    }
}
