using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Control;

namespace ModelBuild.Compiler.Passes;

/// <summary>An If whose condition is known becomes the nodes of the branch that it chooses.</summary>
public sealed class InlineConstantIf : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(InlineConstantIf);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node.Op is If { IsClosed: true } && node.Input(0).Constant is { DType: DType.Bool, Count: 1 } condition)
            {
                Inline(graph, node, If.Branch(node, condition.Bytes[0] != 0));
                changed = true;
            }
        }

        return changed;
    }

    private static void Inline(Graph graph, Node node, Graph branch)
    {
        IReadOnlyList<Value> results = GraphClone.Inline(branch, graph, [.. node.Inputs.Skip(1).Select(i => i!)]);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output)
            {
                graph.ReplaceUses(output, results[i]);
            }
        }

        foreach (Graph subgraph in ControlOp.SubgraphsOf(node).Distinct())
        {
            subgraph.RemoveAll(subgraph.Nodes.ToHashSet());
        }

        graph.Remove(node);
    }
}
