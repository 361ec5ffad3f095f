using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>Removes nodes that no graph output depends on. A node that counts a size stays: the size may be all that is wanted of it.</summary>
public sealed class RemoveDeadNodes : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(RemoveDeadNodes);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        HashSet<Node> live = [];
        Stack<Node> pending = new(graph.Outputs.Select(o => o.Value.Producer).OfType<Node>().Concat(graph.Nodes.Where(SizeDependence.CountsWithin)));
        while (pending.TryPop(out Node? node))
        {
            if (live.Add(node))
            {
                foreach (Value value in SubgraphCaptures.ReadsOf(node))
                {
                    if (value.Producer is { } producer && producer.Graph == graph)
                    {
                        pending.Push(producer);
                    }
                }
            }
        }

        HashSet<Node> dead = [.. graph.Nodes.Where(n => !live.Contains(n))];
        graph.RemoveAll(dead);
        return dead.Count > 0;
    }
}
