using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>
/// A convolution of integers from -255 to 255, written with convolutions of binary32 numbers whose sums stay below 2^24 and are exact in any order: of the weights where few products are summed, else of
/// their upper and lower halves.
/// </summary>
internal static class IntegerConvolution
{
    private const long Exact = 1 << 24;
    private const long Largest = 255;
    private const int Base = 16;

    /// <summary>The most products of a sum.</summary>
    public const long MaxDepth = Exact / (Largest * Base);

    /// <summary>True where the filters [outputs, inputs of a group, spatial axes] are small enough. Constant ones over two axes may be computed by minimal filtering, which is not exact.</summary>
    public static bool CanWrite(Node node) =>
        node.Input(1).Type.Shape is { IsStatic: true, Rank: > 2 } shape && shape.ElementCount <= MaxDepth * shape[0].Value && (!node.Input(1).IsConstant || shape.Rank == 5);

    /// <summary>The sums of products in int32.</summary>
    /// <param name="x">int32 images less their zero point; padding is 0.</param>
    /// <param name="weights">int32 filters less their zero points.</param>
    public static Value Write(PartsBuilder parts, Value x, Value weights)
    {
        Shape shape = parts.ShapeOf(weights);
        Value images = parts.Cast(x, DType.F32);
        if (shape.ElementCount <= Exact / (Largest * Largest) * shape[0].Value)
        {
            return Convolve(weights);
        }

        Value low = parts.Add("BitwiseAnd", [weights, parts.Scalar(weights, Base - 1)]);
        Value high = parts.Add("Div", [parts.Add("Sub", [weights, low]), parts.Scalar(weights, Base)]);
        return parts.Add("Add", [parts.Add("Mul", [Convolve(high), parts.Scalar(weights, Base)]), Convolve(low)]);

        Value Convolve(Value filters) => parts.Cast(parts.Add("Conv", [images, parts.Cast(filters, DType.F32)], parts.Attributes.Clone()), DType.I32);
    }
}
