using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>A constant that loses positions of one axis when channels go.</summary>
/// <param name="Node">The node that reads the constant.</param>
/// <param name="Input">Which of its inputs it is.</param>
/// <param name="Axis">Axis of the constant.</param>
/// <param name="Channels">Channel at each position of the axis.</param>
/// <param name="Role">What the constant is to the channels.</param>
internal sealed record ChannelSlice(Node Node, int Input, int Axis, int[] Channels, ChannelRole Role);
