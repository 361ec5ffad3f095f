using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>Scales and zero points of QuantizeLinear and DequantizeLinear, per tensor or along one axis.</summary>
/// <param name="Scales">One per channel.</param>
/// <param name="ZeroPoints">One per channel.</param>
/// <param name="Outer">Product of the sizes before the axis.</param>
/// <param name="Inner">Product of the sizes after the axis; all elements when per tensor.</param>
internal sealed record QuantizationAxis(float[] Scales, int[] ZeroPoints, int Outer, int Inner)
{
    /// <summary>Reads the parameters of a node.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">They do not fit the data (MDB2003, MDB3002).</exception>
    public static QuantizationAxis Of(Node node, ReadOnlySpan<long> dims, Tensor scale, Tensor? zeroPoint)
    {
        RefuseBlocks(node);
        ElementTypes.Require(node, 1, scale.DType, DTypes.IsFloat, "floating-point numbers");
        ElementTypes.Require(node, 2, zeroPoint?.DType ?? DType.Undefined, DTypes.IsInteger, "integers");
        float[] scales = [.. scale.ToDoubleArray().Select(v => (float)v)];
        int[] zeros = zeroPoint is null ? new int[scales.Length] : [.. zeroPoint.ToInt64Array().Select(v => (int)v)];
        if (scales.Any(s => !float.IsFinite(s) || s <= 0))
        {
            throw NodeErrors.Invalid(node, "a scale is not a positive number.");
        }

        if (zeros.Length != scales.Length)
        {
            throw NodeErrors.Shape(node, $"{scales.Length} scales and {zeros.Length} zero points.");
        }

        if (scales.Length == 1)
        {
            return new QuantizationAxis(scales, zeros, 1, int.MaxValue);
        }

        long axis = node.Attributes.GetInt("axis", 1);
        axis += axis < 0 ? dims.Length : 0;
        if (axis < 0 || axis >= dims.Length || dims[(int)axis] != scales.Length)
        {
            throw NodeErrors.Shape(node, $"{scales.Length} scales do not fit axis {axis} of [{string.Join(',', dims.ToArray())}].");
        }

        return new QuantizationAxis(scales, zeros, Product(dims[..(int)axis]), Product(dims[((int)axis + 1)..]));
    }

    /// <summary>A constant parameter.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It is computed at run time (MDB2002).</exception>
    public static Tensor Constant(ILoweringContext context, int index) =>
        context.Constant(index) ?? throw NodeErrors.Attribute(context.Node, "scale", "computed", "Only constant scales have a kernel; export a model with constant scales.");

    /// <summary>Refuses blocked quantisation, which has no kernel.</summary>
    public static void RefuseBlocks(Node node)
    {
        if (node.Attributes.GetInt("block_size", 0) is > 0 and long size)
        {
            throw NodeErrors.Attribute(node, "block_size", size.ToString(System.Globalization.CultureInfo.InvariantCulture), "Export per tensor or per channel, or set Runtime=\"onnxruntime\".");
        }
    }

    /// <summary>The zero points as int8 or uint8.</summary>
    public Tensor ZeroPointTensor(DType type) => type == DType.I8
        ? Tensor.Vector<sbyte>([.. ZeroPoints.Select(z => (sbyte)z)])
        : Tensor.Vector<byte>([.. ZeroPoints.Select(z => (byte)z)]);

    /// <summary>The channel of an element by its position.</summary>
    public int ChannelOf(int index) => Scales.Length == 1 ? 0 : index / Inner % Scales.Length;

    private static int Product(ReadOnlySpan<long> dims)
    {
        int product = 1;
        foreach (long dim in dims)
        {
            product = checked(product * (int)dim);
        }

        return product;
    }
}
