using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>Which scale belongs to an element of QuantizeLinear and DequantizeLinear: one for the tensor, for each position of an axis, or for each block of positions.</summary>
/// <param name="Outer">Product of the sizes before the axis.</param>
/// <param name="AxisLength">Size of the axis.</param>
/// <param name="Inner">Product of the sizes after the axis.</param>
/// <param name="Block">Positions of the axis that share a scale.</param>
/// <param name="OuterStride">Step between scales before the axis.</param>
/// <param name="BlockStride">Step between scales along the axis.</param>
/// <param name="InnerStride">Step between scales after the axis.</param>
internal sealed record QuantizationGrid(int Outer, int AxisLength, int Inner, int Block, int OuterStride, int BlockStride, int InnerStride)
{
    /// <summary>As the kernels take it.</summary>
    public int[] Literal => [Outer, AxisLength, Inner, Block, OuterStride, BlockStride, InnerStride];

    /// <summary>The grid of a node.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The scales do not fit the data (MDB3002), or the block size is negative (MDB2003).</exception>
    public static QuantizationGrid Of(Node node, ReadOnlySpan<long> dims, ReadOnlySpan<long> scaleDims)
    {
        long block = node.Attributes.GetInt("block_size", 0);
        int scales = Axes.Product(scaleDims);
        if (block < 0)
        {
            throw NodeErrors.Invalid(node, $"block_size is {block}.");
        }

        if (block == 0 && scales == 1)
        {
            return new QuantizationGrid(1, 1, Axes.Product(dims), 1, 0, 0, 0);
        }

        int axis = Axes.Normalize(node, node.Attributes.GetInt("axis", 1), dims.Length);
        (int outer, int length, int inner) = Axes.Split(dims, axis);
        if (block == 0)
        {
            return scales == length ? new QuantizationGrid(outer, length, inner, 1, 0, 1, 0) : throw Misfit(node, dims, scaleDims);
        }

        bool fits = scaleDims.Length == dims.Length;
        for (int i = 0; fits && i < dims.Length; i++)
        {
            fits = scaleDims[i] == (i == axis ? (dims[i] + block - 1) / block : dims[i]);
        }

        return fits
            ? new QuantizationGrid(outer, length, inner, (int)Math.Min(block, int.MaxValue), checked((int)scaleDims[axis] * inner), inner, 1)
            : throw Misfit(node, dims, scaleDims);
    }

    /// <summary>The scale of an element by its position.</summary>
    public int ScaleOf(int position) => (position / (Inner * AxisLength) * OuterStride) + (position / Inner % AxisLength / Block * BlockStride) + (position % Inner * InnerStride);

    private static Exception Misfit(Node node, ReadOnlySpan<long> dims, ReadOnlySpan<long> scaleDims) => NodeErrors.Shape(
        node, $"scales of [{string.Join(',', scaleDims.ToArray())}] do not fit [{string.Join(',', dims.ToArray())}] along axis {node.Attributes.GetInt("axis", 1)} in blocks of {node.Attributes.GetInt("block_size", 0)}.");
}
