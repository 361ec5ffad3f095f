namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>The axis of a value along which channels lie, and the channel at each position: after a flatten one channel has many positions.</summary>
/// <param name="Axis">Axis of the value.</param>
/// <param name="Channels">Channel of <see cref="ChannelSets"/> at each position; the length is the size of the axis.</param>
internal sealed record ChannelAxis(int Axis, int[] Channels);
