using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>Constant weights behind a DequantizeLinear, as the int8 that kernels take.</summary>
/// <param name="Values">int8; uint8 weights are shifted by 128, and so are their zero points.</param>
/// <param name="Scales">One, or one per output channel.</param>
/// <param name="ZeroPoints">One per output channel, or null where all are 0.</param>
internal sealed record QuantizedWeights(Tensor Values, float[] Scales, int[]? ZeroPoints)
{
    private const int Shift = 128;

    /// <summary>Recognises them, or returns null.</summary>
    /// <param name="axis">Axis of the output channels.</param>
    public static QuantizedWeights? Match(Value value, int axis)
    {
        bool matches = value.Producer is { OpType: "DequantizeLinear", Domain: "" } dq && dq.Input(0).Constant is { DType: DType.I8 or DType.U8 } && dq.Input(1).Constant is { DType: DType.F32 }
            && dq.InputOrNull(2) is null or { IsConstant: true };
        if (!matches)
        {
            return null;
        }

        Node node = value.Producer!;
        float[] scales = node.Input(1).Constant!.Span<float>().ToArray();
        if (node.Input(0).Constant!.Rank <= axis)
        {
            return null;
        }

        long given = node.Attributes.GetInt("axis", 1);
        int rank = node.Input(0).Constant!.Rank;
        return scales.Length == 1 || (scales.Length == node.Input(0).Constant!.Dims[axis] && (given < 0 ? given + rank : given) == axis)
            ? Of(node.Input(0).Constant!, scales, node.InputOrNull(2)?.Constant, (int)node.Input(0).Constant!.Dims[axis])
            : null;
    }

    /// <summary>Weights and zero points of either type as int8.</summary>
    /// <param name="channels">Number of output channels.</param>
    public static QuantizedWeights Of(Tensor weights, float[] scales, Tensor? zeroPoints, int channels)
    {
        int shift = weights.DType == DType.U8 ? Shift : 0;
        long[] given = zeroPoints?.ToInt64Array() ?? [0];
        int[] zeros = [.. Enumerable.Range(0, channels).Select(c => (int)given[given.Length == 1 ? 0 : c] - shift)];
        Tensor values = shift == 0 ? weights : Tensor.Create<sbyte>([.. weights.ToInt64Array().Select(v => (sbyte)(v - shift))], weights.Dims);
        return new QuantizedWeights(values, scales, zeros.All(z => z == 0) ? null : zeros);
    }
}
