using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Quantized;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Operators that move or select int8 elements become DequantizeLinear, the same operator on real values and QuantizeLinear, so that one set of fusions serves
/// both ways of writing a quantised model.
/// </summary>
public sealed class SurroundSigned : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(SurroundSigned);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (IsOnSigned(node))
            {
                Surround(graph, node);
                changed = true;
            }
        }

        return changed;
    }

    private static bool IsOnSigned(Node node) =>
        ElementMoves.Selects(node) && node.Input(0).Type.DType == DType.I8 && IsDequantized(node)
        && node.Input(0).Producer is { OpType: "QuantizeLinear", Domain: "" } q && q.Input(1).Constant is { Count: 1 } && q.InputOrNull(2) is null or { Constant.Count: 1 };

    // Where somebody else wants the quantised elements they are moved as they are: the move would come back over the quantisation for ever.
    private static bool IsDequantized(Node node)
    {
        HashSet<Node> seen = [node];
        Stack<Node> moves = new([node]);
        while (moves.TryPop(out Node? move))
        {
            if (move.Output.Consumers.Count == 0 || node.Graph.IsOutput(move.Output))
            {
                return false;
            }

            foreach (Node reader in move.Output.Consumers.Where(c => c is not { OpType: "DequantizeLinear", Domain: "" }))
            {
                if (!ElementMoves.Selects(reader))
                {
                    return false;
                }

                if (seen.Add(reader))
                {
                    moves.Push(reader);
                }
            }
        }

        return true;
    }

    private static void Surround(Graph graph, Node node)
    {
        Value x = node.Input(0);
        Value scale = x.Producer!.Input(1);
        Value? zero = x.Producer.InputOrNull(2);
        node.SetInput(0, graph.Add("DequantizeLinear", $"{node.Name}_real", [x, scale, zero]));
        Value output = node.Output;
        Node quantize = graph.AddNode("", "QuantizeLinear", $"{node.Name}_quantized", [], [$"{node.Name}_quantized"], new AttributeMap { { "output_dtype", (long)DType.I8 } });
        graph.ReplaceUses(output, quantize.Output);
        quantize.SetInput(0, output);
        quantize.SetInput(1, scale);
        quantize.SetInput(2, zero);
        output.Type = output.Type with { DType = DType.F32 };
    }
}
