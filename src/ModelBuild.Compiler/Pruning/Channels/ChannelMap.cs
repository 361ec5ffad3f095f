using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>Where the channels of a graph lie, which of them go together, and what has to change when they go.</summary>
internal sealed class ChannelMap
{
    private readonly Dictionary<Value, ChannelAxis> _axes = [];

    /// <summary>Channels that go together.</summary>
    public ChannelSets Sets { get; } = new();

    /// <summary>Constants to shorten.</summary>
    public List<ChannelSlice> Slices { get; } = [];

    /// <summary>Depthwise convolutions with the channels of their inputs, whose number is the <c>group</c> attribute.</summary>
    public List<(Node Node, int[] Channels)> Groups { get; } = [];

    /// <summary>Reshapes whose constant target names the size of a channel axis.</summary>
    public List<(Node Node, int Index, int[] Channels)> Targets { get; } = [];

    /// <summary>Layers with filters whose form cannot be pruned, and why.</summary>
    public List<(Node Node, string Reason)> Unsuited { get; } = [];

    /// <summary>The channel axis of a value; null when it has none or its channels cannot go.</summary>
    public ChannelAxis? Find(Value? value) => value is null ? null : _axes.GetValueOrDefault(value);

    /// <summary>Says where a value's channels lie.</summary>
    public void Set(Value value, int axis, int[] channels) => _axes[value] = new ChannelAxis(axis, channels);

    /// <summary>Shortens a constant input of a node with its channels.</summary>
    public void Slice(Node node, int input, int axis, int[] channels, ChannelRole role) => Slices.Add(new ChannelSlice(node, input, axis, channels, role));

    /// <summary>Shortens a constant input that broadcasts against a channel axis, where it has one value per channel.</summary>
    /// <param name="fromEnd">Distance of the channel axis from the end of the shape: 1 for the last one.</param>
    public void SliceBroadcast(Node node, int input, int fromEnd, int[] channels)
    {
        Tensor constant = node.Input(input).Constant!;
        int axis = constant.Rank - fromEnd;
        if (axis >= 0 && constant.Dims[axis] != 1)
        {
            Slice(node, input, axis, channels, ChannelRole.Companion);
        }
    }

    /// <summary>Keeps everything that a node reads, subgraphs included.</summary>
    public void KeepInputs(Node node)
    {
        foreach (Value value in SubgraphCaptures.ReadsOf(node))
        {
            Keep(value, new ChannelKeep($"{node.OpType} '{node.Name}' ties them to their number", false));
        }
    }

    /// <summary>Keeps the channels of a value.</summary>
    public void Keep(Value value, ChannelKeep keep)
    {
        if (_axes.TryGetValue(value, out ChannelAxis? axis))
        {
            Sets.Keep(axis.Channels, keep);
        }
    }
}
