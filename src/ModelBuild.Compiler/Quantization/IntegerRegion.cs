using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization;

/// <summary>
/// The nodes that compute with integers: linear nodes, and between them the nodes that pass quantised values on (pools, reshapes,
/// residual adds, concatenations). A node whose inputs are not all made by such nodes stays in float, so that no conversion is added for its sake.
/// </summary>
public sealed class IntegerRegion
{
    private static readonly string[] s_sharing = ["MaxPool", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose"];
    private static readonly string[] s_activations = ["Relu", "Clip"];

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

        // Whatever feeds no linear node in the end would only quantise in order to dequantise.
        bool changed = true;
        while (changed)
        {
            changed = region.RemoveWhere(n => LinearNode.Match(n) is null && !n.Outputs.OfType<Value>().SelectMany(ReadersBehindActivation).Any(region.Contains)) > 0;
        }

        Nodes = [.. graph.Nodes.Where(region.Contains)];
    }

    /// <summary>The linear nodes.</summary>
    public IReadOnlyList<LinearNode> Linear { get; }

    /// <summary>All nodes, in the graph's order.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>True when a node's output has its input's scale and zero point.</summary>
    public static bool Shares(Node node) => s_sharing.Contains(node.OpType);

    /// <summary>The inputs that are quantised: not weights, shapes or bounds.</summary>
    public static IEnumerable<Value> Data(Node node) => node.OpType is "Add" or "Concat" ? node.Inputs.OfType<Value>() : [node.Input(0)];

    private static bool IsPassing(Node node) => node.Domain.Length == 0 && node.Inputs.Count > 0 && node.Outputs[0]?.Type.DType == DType.F32 && (node.OpType switch
    {
        "Add" => node.Inputs.All(i => i is { IsConstant: false }) && node.Input(0).Type.Shape is { } a && node.Input(1).Type.Shape is { } b && a.Equals(b),
        "AveragePool" => node.Input(0).Type.Shape is { Rank: 4 } && node.Attributes.GetInts("dilations")?.All(d => d == 1) != false,
        "GlobalAveragePool" => node.Input(0).Type.Shape is { Rank: 4 },
        "Concat" => true,
        "MaxPool" => node.Outputs.Count == 1 || node.Outputs[1] is null,
        _ => Shares(node),
    });

    private static bool MadeBy(Value value, HashSet<Node> region) =>
        value.Producer is { } producer && (region.Contains(producer) || (s_activations.Contains(producer.OpType) && producer.Input(0).Producer is { } inner && region.Contains(inner) && producer.Input(0).Consumers.Count == 1));

    private static IEnumerable<Node> ReadersBehindActivation(Value value)
    {
        foreach (Node reader in value.Consumers)
        {
            yield return reader;
            if (s_activations.Contains(reader.OpType))
            {
                foreach (Node behind in reader.Output.Consumers)
                {
                    yield return behind;
                }
            }
        }
    }
}
