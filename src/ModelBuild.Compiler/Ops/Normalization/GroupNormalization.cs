using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Normalization;

/// <summary>ONNX GroupNormalization-21: <c>num_groups</c> groups of neighbouring channels.</summary>
public sealed class GroupNormalization : ChannelNormalization
{
    /// <inheritdoc/>
    public override string OpType => "GroupNormalization";

    /// <inheritdoc/>
    public override int Groups(Node node, int channels)
    {
        long groups = node.Attributes.GetInt("num_groups", 0);
        return groups > 0 && channels % groups == 0 ? (int)groups : throw NodeErrors.Invalid(node, $"num_groups {groups} does not divide {channels} channels.");
    }
}
