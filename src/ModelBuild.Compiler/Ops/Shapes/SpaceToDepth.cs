using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Blocks of positions moved to channels (ONNX SpaceToDepth 13).</summary>
public sealed class SpaceToDepth : BlockRearrangement
{
    /// <inheritdoc/>
    public override string OpType => "SpaceToDepth";

    private protected override Dim[] Dims(Node node, Shape x, long block) => [x[0], x[1] * (block * block), Divide(node, x[2], block), Divide(node, x[3], block)];

    private protected override (long[] Split, int[] Permutation, long[] Result) Plan(Node node, ReadOnlySpan<long> dims, long block) =>
        ([dims[0], dims[1], dims[2] / block, block, dims[3] / block, block], [0, 3, 5, 1, 2, 4], [dims[0], dims[1] * block * block, dims[2] / block, dims[3] / block]);
}
