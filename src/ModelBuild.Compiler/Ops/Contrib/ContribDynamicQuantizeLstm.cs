using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>
/// LSTM with 8-bit weights, of which ONNX Runtime also quantises the activations. Here they stay in floating point, as in the network that was quantised: the weights become numbers, and the standard LSTM does the rest.
/// </summary>
internal sealed class ContribDynamicQuantizeLstm() : ContribOp("DynamicQuantizeLSTM", 1, 12)
{
    private const int Input = 1;
    private const int Recurrence = 2;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value?[] operands = [parts.Input(0), Weights(parts, Input, 8), Weights(parts, Recurrence, 10), .. Enumerable.Range(3, 5).Select(parts.InputOrNull)];
        return parts.Add("", "LSTM", operands, 3, parts.Attributes.Clone());
    }

    // [directions, size, 4 * hidden], with one scale and zero point for each direction or each of its columns.
    private static Value Weights(PartsBuilder parts, int index, int scale)
    {
        Value numbers = parts.Cast(parts.Input(index), DType.F32);
        if (parts.ShapeOf(numbers).Rank != 3)
        {
            throw NodeErrors.Shape(parts.Node, $"weights {numbers.Type.Shape} must have 3 axes.");
        }

        long directions = parts.SizeOf(numbers, 0);
        if (parts.InputOrNull(scale + 1) is { } zero)
        {
            numbers = parts.Add("Sub", [numbers, parts.Reshape(parts.Cast(zero, DType.F32), directions, 1, -1)]);
        }

        return parts.Transpose(parts.Add("Mul", [numbers, parts.Reshape(parts.Input(scale), directions, 1, -1)]), 0, 2, 1);
    }
}
