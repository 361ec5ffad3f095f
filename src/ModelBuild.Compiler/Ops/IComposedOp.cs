using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>An operator that has no kernel of its own: it is written with other operators, whose fusions and kernels serve it.</summary>
public interface IComposedOp
{
    /// <summary>
    /// True when every later stage should see the parts: the node is written out while the model is optimised, so that its MatMul or Conv is pruned and quantised like any other.
    /// False when it stays one node until it is compiled.
    /// </summary>
    bool ExpandsWhenOptimized { get; }

    /// <summary>Writes <paramref name="node"/> with other operators and removes it; the values it produced keep their names where they are outputs of the graph.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The node asks for something that the parts do not do.</exception>
    void Expand(Graph graph, Node node);

    /// <summary>False where the node stays as it is, because it has a kernel or because its operands are not known well enough.</summary>
    bool CanExpand(Node node) => true;
}
