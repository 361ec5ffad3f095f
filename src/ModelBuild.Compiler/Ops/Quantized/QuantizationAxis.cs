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
        ElementTypes.Require(node, 2, zeroPoint?.DType ?? DType.Undefined, DTypes.IsInteger, "integers");
        float[] scales = CheckedScales(node, scale);
        int[] zeros = [.. CheckedZeroPoints(node, zeroPoint, scales.Length).Select(v => (int)v)];

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

    /// <summary>The scales of a node in binary32.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">One is not a positive number (MDB2003).</exception>
    public static float[] CheckedScales(Node node, Tensor scale)
    {
        ElementTypes.Require(node, 1, scale.DType, t => DTypes.IsFloat(t) || t is DType.I32 or DType.F8E8M0, "floating-point numbers, int32 or float8e8m0 elements");
        float[] scales = [.. scale.ToDoubleArray().Select(v => (float)v)];
        return scales.All(s => float.IsFinite(s) && s > 0) ? scales : throw NodeErrors.Invalid(node, "a scale is not a positive number.");
    }

    /// <summary>The zero points of a node, zeros where it has none.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">There are not as many as scales (MDB3002).</exception>
    public static double[] CheckedZeroPoints(Node node, Tensor? zeroPoint, int scales) => zeroPoint is null
        ? new double[scales]
        : zeroPoint.Count == scales ? zeroPoint.ToDoubleArray() : throw NodeErrors.Shape(node, $"{scales} scales and {zeroPoint.Count} zero points.");

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
