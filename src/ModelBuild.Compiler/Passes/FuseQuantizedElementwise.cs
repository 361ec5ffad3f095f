using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Passes;

/// <summary>Add, Mul, AveragePool, GlobalAveragePool and Concat between DequantizeLinear and QuantizeLinear become their integer forms. What does not match is computed in float.</summary>
public sealed class FuseQuantizedElementwise : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseQuantizedElementwise);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Domain.Length > 0 || node.Outputs[0] is not { } output || !graph.IsUsed(output) || QuantizedOutput.Match(graph, node) is not { IsWholeRange: true } q)
            {
                continue;
            }

            changed |= node.OpType switch
            {
                "Add" => Binary(graph, node, q, "QuantizedAdd"),
                "Mul" => Binary(graph, node, q, "QuantizedMul"),
                "AveragePool" => Pool(graph, node, q, "QuantizedAveragePool"),
                "GlobalAveragePool" => Pool(graph, node, q, "QuantizedGlobalAveragePool"),
                "Concat" => Concat(graph, node, q),
                _ => false,
            };
        }

        return changed;
    }

    private static bool Binary(Graph graph, Node node, QuantizedOutput y, string opType)
    {
        if (node.Input(0).Type.Shape is not { } s || node.Input(1).Type.Shape is not { } t)
        {
            return false;
        }

        bool gates = IsChannelGate(s, t) || IsChannelGate(t, s);
        bool fits = gates || s.Equals(t) || Repeats(s, t) || Repeats(t, s);
        if (!fits || QuantizedEdge.MatchOrConstant(graph, node.Input(0)) is not { } a || QuantizedEdge.MatchOrConstant(graph, node.Input(1)) is not { } b || (a.Value.IsConstant && b.Value.IsConstant))
        {
            return false;
        }

        // Factors per channel repeat along the last axis only, so both operands are brought to the kernels' layout.
        Value Operand(QuantizedEdge edge) => gates ? NhwcImage.Enter(graph, node, edge.Moved(graph), s.Rank) : edge.Moved(graph);
        Node fused = graph.AddNode(
            FusedDomain.Name, opType, node.Name, [Operand(a), Operand(b)], [$"{node.Name}_result"], QuantizedBinaryOp.Attributes(a.Scale, a.ZeroPoint, b.Scale, b.ZeroPoint, y.Scale, y.ZeroPoint));
        y.Replace(graph, node, fused, gates ? NhwcImage.Leave(graph, node, fused.Output, s.Rank) : fused.Output);
        return true;
    }

    private static bool IsChannelGate(Shape image, Shape gate) =>
        image.Rank == 4 && gate.Rank == 4 && image[0] == 1 && gate[0] == 1 && image[1].IsKnown && image[1] == gate[1] && gate[2] == 1 && gate[3] == 1;

    /// <summary>One element, or one per element of the last axis where no change of layout can move that axis.</summary>
    private static bool Repeats(Shape whole, Shape part) =>
        part.IsStatic && whole.Rank >= part.Rank && (part.ElementCount == 1 || (whole.Rank < 4 && part.Rank > 0 && part[part.Rank - 1] == whole[whole.Rank - 1] && part.ElementCount == part[part.Rank - 1].Value));

    private static bool Pool(Graph graph, Node node, QuantizedOutput y, string opType)
    {
        bool fits = node.Input(0).Type.Shape is { Rank: 3 or 4 } && node.Attributes.GetInts("dilations")?.All(d => d == 1) != false;
        if (!fits || QuantizedEdge.Match(node.Input(0)) is not { } x)
        {
            return false;
        }

        int rank = node.Input(0).Type.Shape!.Rank;
        AttributeMap map = NhwcImage.Attributes(node, rank);
        map["multiplier"] = new FloatAttribute((float)((double)x.Scale / y.Scale));
        map["x_zero_point"] = new IntAttribute(x.ZeroPoint);
        map["y_zero_point"] = new IntAttribute(y.ZeroPoint);
        Value input = NhwcImage.Enter(graph, node, x.Moved(graph), rank);
        Node fused = graph.AddNode(FusedDomain.Name, opType, node.Name, [input], [$"{node.Name}_result"], map);
        y.Replace(graph, node, fused, NhwcImage.Leave(graph, node, fused.Output, rank));
        return true;
    }

    private static bool Concat(Graph graph, Node node, QuantizedOutput y)
    {
        QuantizedEdge?[] edges = [.. node.Inputs.Select(i => QuantizedEdge.Match(i!))];
        if (edges.Any(e => e is null))
        {
            return false;
        }

        AttributeMap map = new()
        {
            { "axis", node.Attributes.GetInt("axis", 0) },
            { "scales", new FloatsAttribute([.. edges.Select(e => e!.Value.Scale)]) },
            { "zero_points", [.. edges.Select(e => (long)e!.Value.ZeroPoint)] },
            { "y_scale", y.Scale },
            { "y_zero_point", (long)y.ZeroPoint },
        };
        Node fused = graph.AddNode(FusedDomain.Name, "QuantizedConcat", node.Name, [.. edges.Select(e => e!.Value.Moved(graph))], [$"{node.Name}_result"], map);
        y.Replace(graph, node, fused, fused.Output);
        return true;
    }
}
