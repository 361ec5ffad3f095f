using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>A uint8 value with the scale and zero point of the DequantizeLinear that reads it.</summary>
/// <param name="Value">uint8.</param>
/// <param name="Scale">Positive.</param>
/// <param name="ZeroPoint">0 to 255.</param>
internal readonly record struct QuantizedEdge(Value Value, float Scale, int ZeroPoint)
{
    /// <summary>Recognises a real value that is a uint8 activation, dequantised per tensor.</summary>
    public static QuantizedEdge? Match(Value value)
    {
        bool matches = value.Producer is { OpType: "DequantizeLinear", Domain: "" } dq && dq.Input(0) is { IsConstant: false, Type.DType: DType.U8 } && dq.Input(1).Constant is { Count: 1, DType: DType.F32 }
            && dq.InputOrNull(2) is null or { Constant.Count: 1 };
        return matches ? new QuantizedEdge(value.Producer!.Input(0), value.Producer.Input(1).Constant!.Span<float>()[0], ZeroOf(value.Producer)) : null;
    }

    /// <summary>The same, or a constant of int8 or uint8, given as uint8.</summary>
    public static QuantizedEdge? MatchOrConstant(Graph graph, Value value)
    {
        bool constant = value.Producer is { OpType: "DequantizeLinear", Domain: "" } dq && dq.Input(0).Constant is { DType: DType.U8 or DType.I8 } && dq.Input(1).Constant is { Count: 1, DType: DType.F32 }
            && dq.InputOrNull(2) is null or { Constant.Count: 1 };
        if (!constant)
        {
            return Match(value);
        }

        Node node = value.Producer!;
        Tensor tensor = node.Input(0).Constant!;
        int shift = tensor.DType == DType.I8 ? 128 : 0;
        Tensor bytes = new(DType.U8, tensor.Dims, [.. tensor.ToInt64Array().Select(v => (byte)(v + shift))]);
        return new QuantizedEdge(graph.AddConstant(node.Input(0).Name, bytes), node.Input(1).Constant!.Span<float>()[0], ZeroOf(node) + shift);
    }

    private static int ZeroOf(Node node) => (int)(node.InputOrNull(2)?.Constant!.ToInt64Array()[0] ?? 0);
}
