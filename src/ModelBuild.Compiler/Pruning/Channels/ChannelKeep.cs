namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>Why a channel cannot be removed.</summary>
/// <param name="Reason">A clause for messages, for example <c>it is a graph output</c>.</param>
/// <param name="IsExpected">True when nobody would expect the removal: an output of the model, or a layer that the user excluded.</param>
internal sealed record ChannelKeep(string Reason, bool IsExpected);
