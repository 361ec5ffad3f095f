using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;

namespace ModelBuild.Compiler.Passes;

/// <summary>The QuantizeLinear to uint8 behind a node, with a Relu or Clip in between.</summary>
/// <param name="Last">The QuantizeLinear.</param>
/// <param name="Scale">Its scale.</param>
/// <param name="ZeroPoint">Its zero point.</param>
/// <param name="Min">Smallest byte that the Relu or Clip lets pass.</param>
/// <param name="Max">Largest byte.</param>
internal readonly record struct QuantizedOutput(Node Last, float Scale, int ZeroPoint, int Min, int Max)
{
    /// <summary>True when the activation changes nothing that the range of a byte does not.</summary>
    public bool IsWholeRange => Min == 0 && Max == 255;

    /// <summary>Recognises it, or returns null.</summary>
    public static QuantizedOutput? Match(Graph graph, Node node)
    {
        Node? activation = Activation(graph, node, out double low, out double high);
        Node? quantize = Only(graph, activation ?? node);
        if (quantize is not { OpType: "QuantizeLinear", Domain: "" } || quantize.Input(1).Constant is not { Count: 1, DType: DType.F32 } scale || quantize.Output.Type.DType != DType.U8
            || (quantize.InputOrNull(2) is { } z && z.Constant is not { Count: 1 }))
        {
            return null;
        }

        float yScale = scale.Span<float>()[0];
        int zero = (int)(quantize.InputOrNull(2)?.Constant!.ToInt64Array()[0] ?? 0);
        return new QuantizedOutput(quantize, yScale, zero, Level(low, yScale, zero), Level(high, yScale, zero));
    }

    /// <summary>The Relu or Clip behind a node that nothing else reads.</summary>
    public static Node? Activation(Graph graph, Node node, out double low, out double high)
    {
        Node? activation = Only(graph, node);
        low = double.NegativeInfinity;
        high = double.PositiveInfinity;
        if (activation is { OpType: "Relu", Domain: "" })
        {
            low = 0;
        }
        else if (activation is { OpType: "Clip", Domain: "" } && Clip.Bounds(activation) is { } bounds)
        {
            (low, high) = bounds;
        }
        else
        {
            activation = null;
        }

        return activation;
    }

    /// <summary>Makes readers use a fused node's result and removes the nodes that it stands for.</summary>
    public void Replace(Graph graph, Node node, Node fused, Value result)
    {
        if (Last != node)
        {
            fused.FusedFrom.Add(Last.ToString());
        }

        graph.ReplaceUses(Last.Output, result);
        for (Node? dead = Last; dead is not null;)
        {
            Node? before = dead == node ? null : dead.Input(0).Producer;
            graph.Remove(dead);
            dead = before;
        }
    }

    private static int Level(double bound, float scale, int zero) =>
        (int)Math.Clamp(double.IsInfinity(bound) ? bound : Math.Round((float)bound / scale, MidpointRounding.ToEven) + zero, 0, 255);

    private static Node? Only(Graph graph, Node node) => node.Output.Consumers.Count == 1 && !graph.IsOutput(node.Output) ? node.Output.Consumers[0] : null;
}
