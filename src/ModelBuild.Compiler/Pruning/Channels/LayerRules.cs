using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>Operators with weights: they read the channels of their input along one axis of the weights and compute new ones along another.</summary>
internal static class LayerRules
{
    /// <summary>Axis of the channels in ONNX's order (batch, channels, space).</summary>
    private const int ChannelAxis = 1;

    /// <summary>Conv: weights [out, in, ...]. A depthwise one passes each channel on; any other grouped one keeps its channels.</summary>
    public static bool Conv(ChannelMap map, Node node)
    {
        if (!HasWeights(map, node))
        {
            return false;
        }

        Tensor weights = node.Input(1).Constant!;
        long group = node.Attributes.GetInt("group", 1);
        if (group == 1)
        {
            return Mix(map, node, ChannelAxis, readerAxis: 1, filterAxis: 0, biasFromEnd: 1);
        }

        if (weights.Dims[1] != 1 || map.Find(node.Input(0)) is not { Axis: ChannelAxis } x || x.Channels.Length != group)
        {
            map.Unsuited.Add((node, weights.Dims[1] != 1 ? $"it has {group} groups" : "it is depthwise and the channels of its input have to stay"));
            return false;
        }

        int multiplier = (int)(weights.Dims[0] / group);
        int[] channels = [.. x.Channels.SelectMany(c => Enumerable.Repeat(c, multiplier))];
        map.Slice(node, 1, 0, channels, ChannelRole.Inner);
        if (node.InputOrNull(2) is not null)
        {
            map.Slice(node, 2, 0, channels, ChannelRole.Companion);
        }

        map.Groups.Add((node, x.Channels));
        map.Set(node.Output, ChannelAxis, channels);
        return true;
    }

    /// <summary>ConvTranspose: weights [in, out, ...], of one group only.</summary>
    public static bool ConvTranspose(ChannelMap map, Node node)
    {
        if (!HasWeights(map, node))
        {
            return false;
        }

        if (node.Attributes.GetInt("group", 1) != 1)
        {
            map.Unsuited.Add((node, "it has groups"));
            return false;
        }

        return Mix(map, node, ChannelAxis, readerAxis: 0, filterAxis: 1, biasFromEnd: 1);
    }

    /// <summary>Gemm: weights [in, out], or [out, in] with transB.</summary>
    public static bool Gemm(ChannelMap map, Node node)
    {
        bool transposed = node.Attributes.GetInt("transB", 0) != 0;
        return node.Attributes.GetInt("transA", 0) == 0 && HasWeights(map, node) && Mix(map, node, 1, transposed ? 1 : 0, transposed ? 0 : 1, biasFromEnd: 1);
    }

    /// <summary>MatMul with a constant matrix [in, out] on the right.</summary>
    public static bool MatMul(ChannelMap map, Node node)
    {
        if (!HasWeights(map, node) || node.Input(1).Constant!.Rank != 2 || node.Input(0).Type.Shape is not { Rank: >= 2 } shape)
        {
            return false;
        }

        return Mix(map, node, shape.Rank - 1, readerAxis: 0, filterAxis: 1, biasFromEnd: 1);
    }

    /// <summary>BatchNormalization in inference: four constants with one value per channel.</summary>
    public static bool BatchNormalization(ChannelMap map, Node node)
    {
        if (map.Find(node.Input(0)) is not { } x)
        {
            return true;
        }

        if (x.Axis != ChannelAxis || node.Outputs.Count(o => o is not null) != 1 || !Enumerable.Range(1, 4).All(i => node.InputOrNull(i) is { IsConstant: true }))
        {
            return false;
        }

        for (int i = 1; i <= 4; i++)
        {
            map.Slice(node, i, 0, x.Channels, ChannelRole.Companion);
        }

        map.Set(node.Output, x.Axis, x.Channels);
        return true;
    }

    private static bool Mix(ChannelMap map, Node node, int axis, int readerAxis, int filterAxis, int biasFromEnd)
    {
        if (map.Find(node.Input(0)) is { } x)
        {
            if (x.Axis != axis)
            {
                map.Unsuited.Add((node, "its input has channels along another axis"));
                return false;
            }

            map.Slice(node, 1, readerAxis, x.Channels, ChannelRole.Reader);
        }

        int[] channels = map.Sets.Add((int)node.Input(1).Constant!.Dims[filterAxis]);
        map.Slice(node, 1, filterAxis, channels, ChannelRole.Filter);
        if (node.InputOrNull(2) is not null)
        {
            map.SliceBroadcast(node, 2, biasFromEnd, channels);
        }

        map.Set(node.Output, axis, channels);
        return true;
    }

    private static bool HasWeights(ChannelMap map, Node node)
    {
        bool constant = node.InputOrNull(1)?.Constant is { DType: DType.F32 or DType.F64 or DType.F16 or DType.BF16, Rank: >= 2 } && node.InputOrNull(2) is null or { IsConstant: true };
        if (!constant && node.InputOrNull(1)?.IsConstant == true)
        {
            map.Unsuited.Add((node, "its weights or bias are not constant numbers of a floating-point type"));
        }

        return constant;
    }
}
