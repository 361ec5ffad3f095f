using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Ir;

/// <summary>Finds the types of all values from the types of graph inputs and constants.</summary>
public static class TypeInference
{
    /// <summary>Deepest nesting of subgraphs (If, Loop, Scan) that the compiler works on.</summary>
    public const int MaxSubgraphDepth = 64;

    /// <summary>
    /// Calls <see cref="Op.InferTypes"/> for every node in order, subgraphs before the node that owns them. Nodes of unknown operators are passed over,
    /// and so are nodes that read a value of unknown type; their outputs keep the types they have. The nodes must stand in topological order (<see cref="Graph.Sort"/>).
    /// </summary>
    /// <exception cref="ModelBuildException">A node contradicts its operator's definition, or subgraphs are nested too deep.</exception>
    public static void Run(Graph graph, CancellationToken cancellation = default) => Run(graph, 0, cancellation);

    /// <summary>Infers one node, its subgraphs first.</summary>
    /// <exception cref="ModelBuildException">As for <see cref="Run(Graph, CancellationToken)"/>.</exception>
    public static void Run(Node node, CancellationToken cancellation = default) => Run(node, 0, cancellation);

    private static void Run(Graph graph, int depth, CancellationToken cancellation)
    {
        foreach (Node node in graph.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            Run(node, depth, cancellation);
        }
    }

    private static void Run(Node node, int depth, CancellationToken cancellation)
    {
        if (node.Attributes.Any(a => a.Value is GraphAttribute))
        {
            RunSubgraphs(node, depth, cancellation);
        }

        // What follows a node of an unknown operator may be unknown too; the error is about that operator and comes when the graph is lowered.
        if (node.Op is null || node.Inputs.Any(i => i is { Type.DType: DType.Undefined }))
        {
            return;
        }

        try
        {
            node.Graph.SizeDependence?.Meet(node);
            node.Op.InferTypes(new InferenceContext(node));
            node.Graph.SizeDependence?.ApplyCounts(node);
        }
        catch (OverflowException)
        {
            throw NodeErrors.Limit(node, "a size does not fit 64 bits.");
        }
    }

    // The types of what a loop carries on may depend on what its body makes of them; they only become less precise, so the rounds end.
    private static void RunSubgraphs(Node node, int depth, CancellationToken cancellation)
    {
        if (depth == MaxSubgraphDepth)
        {
            throw NodeErrors.Limit(node, $"subgraphs are nested more than {MaxSubgraphDepth} deep.");
        }

        if (node.Graph.SizeDependence is { } dependence)
        {
            foreach (KeyValuePair<string, AttributeValue> pair in node.Attributes)
            {
                if (pair.Value is GraphAttribute subgraph)
                {
                    subgraph.Value.SizeDependence = dependence;
                    subgraph.Value.Path = $"{SizeDependence.NameOf(node)}/{pair.Key}/";
                }
            }
        }

        for (int round = 0; node.Op?.InferSubgraphInputs(new InferenceContext(node), round) ?? round == 0; round++)
        {
            foreach (KeyValuePair<string, AttributeValue> pair in node.Attributes)
            {
                if (pair.Value is GraphAttribute subgraph)
                {
                    Run(subgraph.Value, depth + 1, cancellation);
                }
            }
        }
    }
}
