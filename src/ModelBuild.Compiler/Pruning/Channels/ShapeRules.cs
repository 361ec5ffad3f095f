using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>Operators that move channels or leave them where they are.</summary>
internal static class ShapeRules
{
    /// <summary>Pools work within each channel.</summary>
    public static bool Pool(ChannelMap map, Node node)
    {
        if (map.Find(node.Input(0)) is not { } x)
        {
            return true;
        }

        if (x.Axis != 1 || node.Outputs.Count(o => o is not null) != 1)
        {
            return false;
        }

        map.Set(node.Output, 1, x.Channels);
        return true;
    }

    /// <summary>Transpose moves the axis.</summary>
    public static bool Transpose(ChannelMap map, Node node)
    {
        if (map.Find(node.Input(0)) is { } x)
        {
            int[] perm = Ops.Shapes.Transpose.Permutation(node, node.Input(0).Type.Shape!.Rank);
            map.Set(node.Output, Array.IndexOf(perm, x.Axis), x.Channels);
        }

        return true;
    }

    /// <summary>Flatten, Reshape, Squeeze and Unsqueeze: the channel axis stays an axis, or is merged with its neighbours.</summary>
    public static bool Reshape(ChannelMap map, Node node)
    {
        if (map.Find(node.Input(0)) is not { } x)
        {
            return true;
        }

        Tensor? target = node.OpType == "Reshape" ? node.InputOrNull(1)?.Constant : null;
        if ((node.OpType == "Reshape" && target is null) || node.Output.Type.Shape is not { } shape || ReshapedAxis.Find(x, node.Input(0).Type.Shape!, shape) is not { } y)
        {
            return false;
        }

        if (target is not null)
        {
            long[] sizes = target.ToInt64Array();

            // A zero in the target copies the input's size at that place, which is about to change.
            if (y.Axis != x.Axis && (sizes[y.Axis] == 0 || (x.Axis < sizes.Length && sizes[x.Axis] == 0)))
            {
                return false;
            }

            if (sizes[y.Axis] > 0)
            {
                map.Targets.Add((node, y.Axis, y.Channels));
            }
        }

        map.Set(node.Output, y.Axis, y.Channels);
        return true;
    }

    /// <summary>Concat along the channels lines them up; along another axis it ties them.</summary>
    public static bool Concat(ChannelMap map, Node node)
    {
        if (node.Inputs.All(i => map.Find(i) is null))
        {
            return true;
        }

        if (node.Output.Type.Shape is not { } shape)
        {
            return false;
        }

        int axis = Ops.Axes.Normalize(node, node.Attributes.GetInt("axis", 0), shape.Rank);
        ChannelAxis first = node.Inputs.Select(map.Find).First(a => a is not null)!;
        bool together = node.Inputs.All(i => map.Find(i) is { } a ? a.Axis == axis : i!.Type.Shape is { } s && s[axis].IsKnown && !i.IsConstant);
        if (!together)
        {
            return axis != first.Axis && node.Inputs.All(i => map.Find(i) is { } a && a.Axis == first.Axis) && Tie(map, node, first);
        }

        List<int> channels = [];
        foreach (Value? input in node.Inputs)
        {
            if (map.Find(input) is { } own)
            {
                channels.AddRange(own.Channels);
                continue;
            }

            int[] fixedOnes = map.Sets.Add((int)input!.Type.Shape![axis].Value);
            map.Sets.Keep(fixedOnes, new ChannelKeep($"'{input.Name}' has no channels that can go", false));
            channels.AddRange(fixedOnes);
        }

        map.Set(node.Output, axis, [.. channels]);
        return true;
    }

    /// <summary>Pad of space only.</summary>
    public static bool Pad(ChannelMap map, Node node)
    {
        if (map.Find(node.Input(0)) is not { } x)
        {
            return true;
        }

        long[]? pads = node.InputOrNull(1)?.Constant?.ToInt64Array();
        int rank = node.Input(0).Type.Shape!.Rank;
        if (pads is null || node.InputOrNull(3) is not null || pads.Length != 2 * rank || pads[x.Axis] != 0 || pads[x.Axis + rank] != 0)
        {
            return false;
        }

        map.Set(node.Output, x.Axis, x.Channels);
        return true;
    }

    /// <summary>Resize of space only, by constant factors.</summary>
    public static bool Resize(ChannelMap map, Node node)
    {
        if (map.Find(node.Input(0)) is not { } x)
        {
            return true;
        }

        double[]? scales = node.InputOrNull(2)?.Constant?.ToDoubleArray();
        if (scales is null || scales.Length != node.Input(0).Type.Shape!.Rank || scales[x.Axis] != 1 || node.InputOrNull(3) is not null)
        {
            return false;
        }

        map.Set(node.Output, x.Axis, x.Channels);
        return true;
    }

    /// <summary>Reductions over axes other than the channels'.</summary>
    public static bool Reduce(ChannelMap map, Node node)
    {
        if (map.Find(node.Input(0)) is not { } x)
        {
            return true;
        }

        int rank = node.Input(0).Type.Shape!.Rank;
        if (node.InputOrNull(1)?.Constant is not { } constant || constant.Count == 0)
        {
            return false;
        }

        int[] axes = Ops.Axes.Normalize(node, constant.ToInt64Array(), rank);
        if (axes.Contains(x.Axis))
        {
            return false;
        }

        bool keeps = node.Attributes.GetInt("keepdims", 1) != 0;
        map.Set(node.Output, keeps ? x.Axis : x.Axis - axes.Count(a => a < x.Axis), x.Channels);
        return true;
    }

    /// <summary>Shape: harmless where only sizes of other axes are taken from it.</summary>
    public static bool Shape(ChannelMap map, Node node)
    {
        if (map.Find(node.Input(0)) is not { } x)
        {
            return true;
        }

        bool whole = !node.Attributes.Contains("start") && !node.Attributes.Contains("end");
        return whole && !node.Graph.IsOutput(node.Output) && node.Output.Consumers.All(c => c is { OpType: "Gather", Domain: "" } && c.Input(0) == node.Output
            && c.InputOrNull(1)?.Constant is { } index && index.ToInt64Array().All(i => (i < 0 ? i + node.Input(0).Type.Shape!.Rank : i) != x.Axis));
    }

    private static bool Tie(ChannelMap map, Node node, ChannelAxis first)
    {
        ChannelAxis[] axes = [.. node.Inputs.Select(i => map.Find(i)!)];
        foreach (ChannelAxis axis in axes)
        {
            map.Sets.Unite(first.Channels, axis.Channels);
        }

        map.Set(node.Output, first.Axis, first.Channels);
        return true;
    }
}
