using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>bfloat16 in reference evaluation: widened to binary32, narrowed to the nearest with ties to even.</summary>
internal static class BFloat16
{
    /// <summary>Evaluates with bfloat16 inputs widened; binary32 results are narrowed when there was such an input.</summary>
    public static Tensor[] Evaluate(EvaluationContext context, Func<EvaluationContext, Tensor[]> compute)
    {
        var inputs = new Tensor?[context.InputCount];
        bool widened = false;
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = context.InputOrNull(i);
            if (inputs[i] is { DType: DType.BF16 } tensor)
            {
                inputs[i] = Widen(tensor);
                widened = true;
            }
        }

        return widened
            ? [.. compute(new EvaluationContext(context.Node, inputs, context.Cancellation)).Select((t, i) => t?.DType == DType.F32 && !IsSingle(context.Node, i) ? Narrow(t) : t!)]
            : compute(context);
    }

    /// <summary>binary32 with the same values.</summary>
    public static Tensor Widen(Tensor tensor)
    {
        Tensor result = new(DType.F32, tensor.Dims);
        ReadOnlySpan<ushort> from = tensor.Span<ushort>();
        Span<float> to = result.MutableSpan<float>();
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = ToSingle(from[i]);
        }

        return result;
    }

    /// <summary>The nearest bfloat16 values.</summary>
    public static Tensor Narrow(Tensor tensor)
    {
        Tensor result = new(DType.BF16, tensor.Dims);
        ReadOnlySpan<float> from = tensor.Span<float>();
        Span<ushort> to = MemoryMarshal.Cast<byte, ushort>(result.MutableBytes());
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = FromSingle(from[i]);
        }

        return result;
    }

    /// <summary>The value of a bfloat16.</summary>
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The nearest bfloat16, ties to even; NaN stays NaN.</summary>
    public static ushort FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    // Some operators have binary32 outputs beside bfloat16 inputs.
    private static bool IsSingle(Node node, int output) => output < node.Outputs.Count && node.Outputs[output]?.Type.DType == DType.F32;
}
