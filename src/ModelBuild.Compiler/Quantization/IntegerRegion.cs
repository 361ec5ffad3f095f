using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Quantized;

namespace ModelBuild.Compiler.Quantization;

/// <summary>
/// The nodes that compute with integers: linear nodes, and between them the nodes that pass quantised values on (pools, reshapes, padding,
/// residual adds, products with gates, concatenations). A node whose inputs are not all made by such nodes stays in float, so that no conversion is added for its sake.
/// </summary>
public sealed class IntegerRegion
{
    private static readonly string[] s_activations = ["Relu", "Clip", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Selu", "Softplus", "Mish", "Gelu"];

    /// <summary>Finds the region of a sorted graph.</summary>
    public IntegerRegion(Graph graph, NodeFilter exclude)
    {
        Linear = [.. graph.Nodes.Where(n => !exclude.Matches(n)).Select(LinearNode.Match).OfType<LinearNode>()];
        HashSet<Node> region = [.. Linear.Select(l => l.Node)];
        foreach (Node node in graph.Nodes)
        {
            if (!exclude.Matches(node) && IsPassing(node) && Data(node).All(v => MadeBy(v, region)))
            {
                region.Add(node);
            }
        }

        // Whatever feeds no linear node in the end would only quantise in order to dequantise. Readers stand behind what they read.
        HashSet<Node> linear = [.. Linear.Select(l => l.Node)];
        foreach (Node node in graph.Nodes.Reverse())
        {
            if (region.Contains(node) && !linear.Contains(node) && !node.Outputs.OfType<Value>().SelectMany(ReadersBehindActivation).Any(region.Contains))
            {
                region.Remove(node);
            }
        }

        Nodes = [.. graph.Nodes.Where(region.Contains)];
    }

    /// <summary>The linear nodes.</summary>
    public IReadOnlyList<LinearNode> Linear { get; }

    /// <summary>All nodes, in the graph's order.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>The inputs that are quantised: not weights, shapes or bounds.</summary>
    public static IEnumerable<Value> Data(Node node) => node.OpType is "Add" or "Mul" or "Concat" ? node.Inputs.OfType<Value>() : [node.Input(0)];

    /// <summary>True for one factor per channel of one image: what the integer product can repeat. A free batch is 1 in a compiled model.</summary>
    internal static bool IsChannelGate(Shape image, Shape gate) =>
        image.Rank == 4 && gate.Rank == 4 && image[0] == gate[0] && (!gate[0].IsKnown || gate[0].Value == 1) && image[1] == gate[1] && image[1].IsKnown && gate[2] == 1 && gate[3] == 1;

    private static bool IsPassing(Node node) => node.Domain.Length == 0 && node.Inputs.Count > 0 && node.Outputs[0]?.Type.DType == DType.F32 && (node.OpType switch
    {
        "Add" => node.Inputs.All(i => i is { IsConstant: false }) && node.Input(0).Type.Shape is { } a && node.Input(1).Type.Shape is { } b && a.Equals(b),
        "Mul" => node.Inputs.Count == 2 && node.Inputs.All(i => i is { IsConstant: false }) && node.Input(0) != node.Input(1) && node.Input(0).Type.Shape is { } a && node.Input(1).Type.Shape is { } b
            && (a.Equals(b) || IsChannelGate(a, b) || IsChannelGate(b, a)),
        "AveragePool" => node.Input(0).Type.Shape is { Rank: 3 or 4 } && node.Attributes.GetInts("dilations")?.All(d => d == 1) != false,
        "GlobalAveragePool" => node.Input(0).Type.Shape is { Rank: 3 or 4 },
        "Concat" => true,
        _ => ElementMoves.Matches(node),
    });

    private static bool MadeBy(Value value, HashSet<Node> region) =>
        value.Producer is { } producer && (region.Contains(producer) || (Activated(producer) is { Producer: { } inner } && region.Contains(inner)));

    /// <summary>What an activation function, or x * Sigmoid(x), is applied to, where nothing else reads it; else null.</summary>
    private static Value? Activated(Node node)
    {
        if (node.Domain.Length == 0 && s_activations.Contains(node.OpType))
        {
            return node.Input(0).Consumers.Count == 1 ? node.Input(0) : null;
        }

        if (node is not { OpType: "Mul", Domain: "", Inputs: [{ } a, { } b] })
        {
            return null;
        }

        Value x = IsGate(a, b) ? b : a;
        return x.Consumers.Count == 2 && (IsGate(a, b) || IsGate(b, a)) ? x : null;
    }

    private static bool IsGate(Value value, Value x) => value.Producer is { OpType: "Sigmoid", Domain: "" } gate && gate.Input(0) == x && value.Consumers.Count == 1;

    private static IEnumerable<Node> ReadersBehindActivation(Value value)
    {
        foreach (Node reader in value.Consumers)
        {
            yield return reader;
            foreach (Node behind in reader.Outputs.OfType<Value>().SelectMany(o => o.Consumers).Append(reader).Where(n => Activated(n) == value).SelectMany(n => n.Output.Consumers))
            {
                yield return behind;
            }
        }
    }
}
