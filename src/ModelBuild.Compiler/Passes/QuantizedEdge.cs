using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>A uint8 value with the scale and zero point of the DequantizeLinear that reads it, and the operators behind that which only move its elements.</summary>
/// <param name="Value">uint8, before the moves.</param>
/// <param name="Scale">Positive.</param>
/// <param name="ZeroPoint">0 to 255.</param>
/// <param name="Moves">Transposes and reshapes between the DequantizeLinear and the reader, the reader's side first.</param>
internal readonly record struct QuantizedEdge(Value Value, float Scale, int ZeroPoint, IReadOnlyList<Node> Moves)
{
    private static readonly string[] s_moves = ["Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    /// <summary>Recognises a real value that is a uint8 activation, dequantised per tensor.</summary>
    public static QuantizedEdge? Match(Value value)
    {
        List<Node> moves = [];
        while (value.Producer is { Domain: "" } move && s_moves.Contains(move.OpType) && !SizeDependence.IsCounted(move))
        {
            moves.Add(move);
            value = move.Input(0);
        }

        bool matches = value.Producer is { OpType: "DequantizeLinear", Domain: "" } dq && dq.Input(0) is { IsConstant: false, Type.DType: DType.U8 } && dq.Input(1).Constant is { Count: 1, DType: DType.F32 }
            && dq.InputOrNull(2) is null or { Constant.Count: 1 };
        return matches ? new QuantizedEdge(value.Producer!.Input(0), value.Producer.Input(1).Constant!.Span<float>()[0], ZeroOf(value.Producer), moves) : null;
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
        return new QuantizedEdge(graph.AddConstant(node.Input(0).Name, bytes), node.Input(1).Constant!.Span<float>()[0], ZeroOf(node) + shift, []);
    }

    /// <summary>The uint8 value as the reader sees it: the moves are made on bytes.</summary>
    public Value Moved(Graph graph)
    {
        Value value = Value;
        foreach (Node move in Moves.Reverse())
        {
            value = graph.Add(move.OpType, $"{move.Name}_bytes", [value, .. move.Inputs.Skip(1)], move.Attributes.Clone());
            value.Producer!.FusedFrom.Add(move.ToString());
            TypeInference.Run(value.Producer);
        }

        return value;
    }

    private static int ZeroOf(Node node) => (int)(node.InputOrNull(2)?.Constant!.ToInt64Array()[0] ?? 0);
}
