using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Normalization;

/// <summary>ONNX InstanceNormalization-22: every channel of an image is a group of its own.</summary>
public sealed class InstanceNormalization : ChannelNormalization
{
    /// <inheritdoc/>
    public override string OpType => "InstanceNormalization";

    /// <inheritdoc/>
    public override int Groups(Node node, int channels) => channels;
}
