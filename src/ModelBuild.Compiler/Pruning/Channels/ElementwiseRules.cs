using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>Operators that work on each element: what they combine goes together.</summary>
internal static class ElementwiseRules
{
    /// <summary>One input decides; the others, if any, are scalars.</summary>
    public static bool Unary(ChannelMap map, Node node)
    {
        bool isPlain = node.Outputs.Count(o => o is not null) == 1 && node.Inputs.Skip(1).All(i => i is null or { Constant.Count: 1 });
        if (isPlain && map.Find(node.Input(0)) is { } x)
        {
            map.Set(node.Output, x.Axis, x.Channels);
        }

        return isPlain;
    }

    /// <summary>Inputs broadcast against each other. A residual addition ties the channels of both branches.</summary>
    public static bool Broadcast(ChannelMap map, Node node)
    {
        ChannelAxis?[] axes = [.. node.Inputs.Select(map.Find)];
        if (axes.All(a => a is null))
        {
            return true;
        }

        if (node.Output.Type.Shape is not { } shape || node.Inputs.Any(i => i?.Type.Shape is null))
        {
            return false;
        }

        int[] distances = [.. Enumerable.Range(0, axes.Length).Where(i => axes[i] is not null).Select(i => node.Input(i).Type.Shape!.Rank - axes[i]!.Axis).Distinct()];
        int fromEnd = distances[0];
        int[] channels = axes.OfType<ChannelAxis>().MaxBy(a => a.Channels.Length)!.Channels;
        if (distances.Length > 1 || axes.Any(a => a is not null && a.Channels.Length != channels.Length) || shape[shape.Rank - fromEnd] != new Dim(channels.Length))
        {
            return false;
        }

        for (int i = 0; i < axes.Length; i++)
        {
            Value input = node.Input(i);
            int axis = input.Type.Shape!.Rank - fromEnd;
            if (axes[i] is { } own)
            {
                map.Sets.Unite(channels, own.Channels);
            }
            else if (input.IsConstant)
            {
                map.SliceBroadcast(node, i, fromEnd, channels);
            }
            else if (axis >= 0 && input.Type.Shape[axis] != new Dim(1))
            {
                map.Sets.Keep(channels, new ChannelKeep($"{node.OpType} '{node.Name}' combines them with '{input.Name}', whose channels have to stay", false));
            }
        }

        map.Set(node.Output, shape.Rank - fromEnd, channels);
        return true;
    }
}
