using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Channels moved to blocks of positions, in mode DCR or CRD (ONNX DepthToSpace 13).</summary>
public sealed class DepthToSpace : BlockRearrangement
{
    /// <inheritdoc/>
    public override string OpType => "DepthToSpace";

    private protected override Dim[] Dims(Node node, Shape x, long block) => [x[0], Divide(node, x[1], block * block), x[2] * block, x[3] * block];

    private protected override (long[] Split, int[] Permutation, long[] Result) Plan(Node node, ReadOnlySpan<long> dims, long block)
    {
        long channels = dims[1] / (block * block);
        long[] result = [dims[0], channels, dims[2] * block, dims[3] * block];
        return node.Attributes.GetString("mode", "DCR") switch
        {
            "DCR" => ([dims[0], block, block, channels, dims[2], dims[3]], [0, 3, 4, 1, 5, 2], result),
            "CRD" => ([dims[0], channels, block, block, dims[2], dims[3]], [0, 1, 4, 2, 5, 3], result),
            string other => throw NodeErrors.Attribute(node, "mode", other, "It must be DCR or CRD."),
        };
    }
}
