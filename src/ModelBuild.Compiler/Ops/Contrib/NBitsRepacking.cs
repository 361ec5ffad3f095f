using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>
/// Writes a MatMulNBits that the kernel does not read as one that it does. Rows of the matrix that belong to blocks out of order (g_idx) are sorted by block, and the elements of the operand with them;
/// where blocks are of other sizes, the weights become numbers. Elements of 2 bits are stored in 4.
/// </summary>
internal static class NBitsRepacking
{
    private const int Bias = 5;

    /// <summary>The block of every row.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">One does not exist (MDB2003).</exception>
    public static int[] Groups(Node node, BlockQuantization blocks, Tensor given)
    {
        int[] groups = [.. given.ToInt64Array().Take(blocks.Depth).Select(g => g >= 0 && g < blocks.PerColumn ? (int)g : throw NodeErrors.Invalid(node, $"g_idx holds {g}; there are {blocks.PerColumn} blocks."))];
        return groups.Length == blocks.Depth ? groups : throw NodeErrors.Invalid(node, $"g_idx has {groups.Length} elements; {blocks.Depth} are needed.");
    }

    /// <summary>Adds the parts; weights, scales, zero points and blocks are constants.</summary>
    public static Value Write(PartsBuilder parts)
    {
        Node node = parts.Node;
        BlockQuantization blocks = BlockQuantization.Of(node);
        byte[] packed = parts.Input(1).Constant!.Bytes.ToArray();
        Value a = parts.Input(0);
        int[] order = [.. Enumerable.Range(0, blocks.Depth)];
        if (parts.InputOrNull(4)?.Constant is { } given)
        {
            int[] groups = Groups(node, blocks, given);
            order = [.. order.OrderBy(k => groups[k])];
            if (order.Where((k, i) => groups[k] != i / blocks.Length).Any())
            {
                return Dense(parts, blocks, packed, groups);
            }

            if (order.Where((k, i) => k != i).Any())
            {
                a = parts.Add("Gather", [a, parts.Ints([.. order.Select(k => (long)k)])], new AttributeMap { { "axis", -1L } });
            }
        }

        BlockQuantization target = blocks with { Bits = Math.Max(4, blocks.Bits) };
        byte[] repacked = new byte[target.Columns * target.PerColumn * target.BlockBytes];
        for (int column = 0; column < blocks.Columns; column++)
        {
            int first = column * blocks.PerColumn;
            for (int k = 0; k < blocks.Depth; k++)
            {
                target.SetLevel(repacked, first + (k / blocks.Length), k % blocks.Length, blocks.Level(packed, first + (order[k] / blocks.Length), order[k] % blocks.Length));
            }
        }

        Value? zeros = parts.InputOrNull(3);
        if (target.Bits != blocks.Bits && zeros is null or { Type.DType: DType.U8 })
        {
            zeros = parts.Constant(target.PackZeroPoints(blocks.ZeroPoints(zeros?.Constant)));
        }

        AttributeMap attributes = node.Attributes.Clone();
        attributes["bits"] = new IntAttribute(target.Bits);
        Value weights = parts.Constant(Tensor.Create<byte>(repacked, target.Columns, target.PerColumn, target.BlockBytes));
        return parts.Add(ContribOp.DomainName, node.OpType, [a, weights, parts.Input(2), zeros, null, parts.InputOrNull(Bias)], 1, attributes)[0];
    }

    private static Value Dense(PartsBuilder parts, BlockQuantization blocks, byte[] packed, int[] groups)
    {
        double[] scales = parts.Input(2).Constant!.ToDoubleArray();
        double[] zeros = blocks.ZeroPoints(parts.InputOrNull(3)?.Constant);
        double[] matrix = new double[checked(blocks.Depth * blocks.Columns)];
        for (int column = 0; column < blocks.Columns; column++)
        {
            int first = column * blocks.PerColumn;
            for (int k = 0; k < blocks.Depth; k++)
            {
                matrix[(k * blocks.Columns) + column] = (blocks.Level(packed, first + (k / blocks.Length), k % blocks.Length) - zeros[first + groups[k]]) * scales[first + groups[k]];
            }
        }

        Value a = parts.Input(0);
        Value product = parts.Add("MatMul", [a, parts.Constant(FloatTensors.FromDouble(parts.Node, a.Type.DType, matrix, [blocks.Depth, blocks.Columns]))]);
        return parts.InputOrNull(Bias) is { } bias ? parts.Add("Add", [product, bias]) : product;
    }
}
