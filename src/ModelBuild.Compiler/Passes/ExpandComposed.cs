using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Passes;

/// <summary>Writes operators without kernels of their own with the operators that they are composed of (<see cref="IComposedOp"/>).</summary>
/// <param name="early">True while the model is optimised: only operators whose parts later stages should see.</param>
public sealed class ExpandComposed(bool early) : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(ExpandComposed);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node.Op is IComposedOp op && (op.ExpandsWhenOptimized || !early) && op.CanExpand(node))
            {
                op.Expand(graph, node);
                changed = true;
            }
        }

        return changed;
    }
}
