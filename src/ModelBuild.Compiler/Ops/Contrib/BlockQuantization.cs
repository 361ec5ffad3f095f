using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>How MatMulNBits stores a matrix: every column in blocks of one scale and one zero point each, the elements of a block packed from the low bits up.</summary>
/// <param name="Depth">K, the rows of the matrix.</param>
/// <param name="Columns">N, the columns of the matrix.</param>
/// <param name="Bits">2, 4 or 8.</param>
/// <param name="Length">Elements of a block.</param>
internal sealed record BlockQuantization(int Depth, int Columns, int Bits, int Length)
{
    private const int MinLength = 16;
    private const int MaxLength = 1 << 16;

    /// <summary>Blocks of a column; the last one may be filled up.</summary>
    public int PerColumn => (int)(((long)Depth + Length - 1) / Length);

    /// <summary>Bytes of a block.</summary>
    public int BlockBytes => Length * Bits / 8;

    private int PerByte => 8 / Bits;

    // Zero points of a column are packed like elements, from a whole byte on.
    private int ZeroBytes => ((PerColumn * Bits) + 7) / 8;

    /// <summary>Reads the attributes.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">They are not supported (MDB2002, MDB2005).</exception>
    public static BlockQuantization Of(Node node)
    {
        long bits = node.Attributes.GetInt("bits", 4);
        long length = node.Attributes.GetInt("block_size", 0);
        long depth = node.Attributes.GetInt("K", 0);
        long columns = node.Attributes.GetInt("N", 0);
        if (bits is not (2 or 4 or 8))
        {
            throw NodeErrors.Attribute(node, "bits", $"{bits}", "2, 4 and 8 are supported. Export the model with one of them, or set Runtime=\"onnxruntime\".");
        }

        if (length is < MinLength or > MaxLength || !long.IsPow2(length))
        {
            throw NodeErrors.Attribute(node, "block_size", $"{length}", "It must be a power of 2 from 16 to 65536.");
        }

        return depth > 0 && columns > 0
            ? new BlockQuantization(Literals.Int(node, depth), Literals.Int(node, columns), (int)bits, (int)length)
            : throw NodeErrors.Invalid(node, $"K {depth} and N {columns} must be positive.");
    }

    /// <summary>Checks the sizes of weights, scales and zero points where they are known.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">One has another number of elements (MDB3002).</exception>
    public void Check(Node node, TensorType?[] types)
    {
        long blocks = (long)Columns * PerColumn;
        long[] wanted = [blocks * BlockBytes, blocks, types[2]?.DType == DType.U8 ? (long)Columns * ZeroBytes : blocks];
        string[] names = ["weights", "scales", "zero points"];
        for (int i = 0; i < wanted.Length; i++)
        {
            if (types[i] is { Shape: { IsStatic: true } shape } && shape.ElementCount != wanted[i])
            {
                throw NodeErrors.Shape(node, $"{names[i]} {shape} must have {wanted[i]} elements for K={Depth}, N={Columns}, {Bits} bits and blocks of {Length}.");
            }
        }
    }

    /// <summary>A stored element of a block.</summary>
    public int Level(ReadOnlySpan<byte> packed, int block, int element) => At(packed, block * BlockBytes, element);

    /// <summary>Stores an element of a block whose bits are still 0.</summary>
    public void SetLevel(Span<byte> packed, int block, int element, int level) => Set(packed, block * BlockBytes, element, level);

    /// <summary>The zero point of every block; without given ones, the middle of the range.</summary>
    public double[] ZeroPoints(Tensor? given)
    {
        int blocks = Columns * PerColumn;
        if (given is null)
        {
            return [.. Enumerable.Repeat((double)(1 << (Bits - 1)), blocks)];
        }

        if (given.DType != DType.U8)
        {
            return given.ToDoubleArray();
        }

        byte[] packed = given.Bytes.ToArray();
        return [.. Enumerable.Range(0, blocks).Select(i => (double)At(packed, i / PerColumn * ZeroBytes, i % PerColumn))];
    }

    /// <summary>Zero points that are whole levels, packed as they are stored.</summary>
    public Tensor PackZeroPoints(IReadOnlyList<double> zeros)
    {
        byte[] packed = new byte[Columns * ZeroBytes];
        for (int i = 0; i < zeros.Count; i++)
        {
            Set(packed, i / PerColumn * ZeroBytes, i % PerColumn, (int)zeros[i]);
        }

        return Tensor.Create<byte>(packed, packed.Length);
    }

    private int At(ReadOnlySpan<byte> packed, int start, int index) => (packed[start + (index / PerByte)] >> (Bits * (index % PerByte))) & ((1 << Bits) - 1);

    private void Set(Span<byte> packed, int start, int index, int level) => packed[start + (index / PerByte)] |= (byte)(level << (Bits * (index % PerByte)));
}
