using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Control;

namespace ModelBuild.Compiler.Output;

/// <summary>Gives If, Loop and Scan the form of the standard, in which subgraphs take values of the graphs around them by name.</summary>
internal static class OpenSubgraphs
{
    /// <summary>The graph itself where it has no closed node, else a copy.</summary>
    public static Graph Apply(Graph graph)
    {
        if (!SubgraphCaptures.NodesOf(graph).Any(IsClosed))
        {
            return graph;
        }

        // Nodes are copied in their order; whoever changed the graph may have left them in another one.
        graph.Sort();
        Graph copy = GraphClone.Clone(graph);
        Stack<Graph> pending = new([copy]);
        while (pending.TryPop(out Graph? current))
        {
            foreach (Node node in current.Nodes.Where(IsClosed).ToArray())
            {
                Open(current, node, pending);
            }

            current.Sort();
        }

        return copy;
    }

    private static bool IsClosed(Node node) => node.Op is ControlOp { IsClosed: true };

    private static void Open(Graph graph, Node node, Stack<Graph> pending)
    {
        int own = ControlOp.OwnInputs(node);
        foreach (Graph subgraph in ControlOp.SubgraphsOf(node).Distinct())
        {
            for (int i = node.Inputs.Count - 1; i >= own; i--)
            {
                Value inner = subgraph.Inputs[^1];
                subgraph.ReplaceUses(inner, node.Input(i));
                subgraph.RemoveInput(inner);
            }

            pending.Push(subgraph);
        }

        AttributeMap attributes = node.Attributes.Clone();
        attributes.Remove(ControlOp.Captures);
        Node open = graph.AddNode("", node.OpType, node.Name, [.. node.Inputs.Take(own)], [.. node.Outputs.Select(o => o?.Name ?? "")], attributes);
        open.FusedFrom.AddRange(node.FusedFrom);
        graph.Supersede(node, open);
    }
}
