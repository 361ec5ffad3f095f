using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Passes;

/// <summary>Removes nodes that give back their input: Identity, Dropout that drops nothing, Cast to the same type.</summary>
public sealed class RemoveIdentity : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(RemoveIdentity);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        HashSet<Node> removed = [];
        foreach (Node node in graph.Nodes.Where(n => n.Domain.Length == 0))
        {
            bool same = node.OpType == "Identity" || (node.OpType == "Dropout" && Dropout.DropsNothing(node)) || (node.OpType == "Cast" && (DType)node.Attributes.GetInt("to", 0) == node.Input(0).Type.DType);
            if (same && node.Outputs.Skip(1).All(o => o is null || !graph.IsUsed(o)))
            {
                graph.ReplaceUses(node.Output, node.Input(0));
                removed.Add(node);
            }
        }

        graph.RemoveAll(removed);
        return removed.Count > 0;
    }
}
