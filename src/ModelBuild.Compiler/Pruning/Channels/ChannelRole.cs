namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>What a constant is to the channels along one of its axes.</summary>
internal enum ChannelRole
{
    /// <summary>Weights that compute them: each channel is one filter.</summary>
    Filter,

    /// <summary>Weights that work within each of them: the filters of a depthwise convolution.</summary>
    Inner,

    /// <summary>Weights that read them.</summary>
    Reader,

    /// <summary>A bias, a normalisation, or another constant with one value per channel.</summary>
    Companion,
}
