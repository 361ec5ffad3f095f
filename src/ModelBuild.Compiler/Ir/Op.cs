using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Ir;

/// <summary>An operator's definition: stateless, one instance per operator. A node's attributes are parsed by the operator itself.</summary>
public abstract class Op
{
    /// <summary>Operator name.</summary>
    public abstract string OpType { get; }

    /// <summary>Operator domain; empty for ai.onnx.</summary>
    public virtual string Domain => "";

    /// <summary>What is refused that the specification allows, beside element types, in words for docs/operators.md; null for nothing.</summary>
    public virtual string? Limits => null;

    /// <summary>True for an operator that broadcasts all its inputs to their common shape, which is that of its output.</summary>
    public virtual bool BroadcastsInputs => false;

    /// <summary>Finds the output types from the input types, and checks attributes, arity and shapes.</summary>
    /// <exception cref="ModelBuildException">The node contradicts the operator's definition.</exception>
    public abstract void InferTypes(InferenceContext context);

    /// <summary>Tells the subgraphs of a node the types of their inputs, before their nodes are inferred.</summary>
    /// <param name="round">0 at first; after that, how often the subgraphs have been inferred.</param>
    /// <returns>True when the subgraphs must be inferred, because it is the first round or a type changed.</returns>
    public virtual bool InferSubgraphInputs(InferenceContext context, int round) => round == 0;

    /// <summary>Plain scalar reference evaluation: constant folding, verification and tests. Never calls the runtime's kernels.</summary>
    /// <returns>One tensor per output of the node.</returns>
    public abstract Tensor[] Evaluate(EvaluationContext context);

    /// <summary>Appends the plan steps that compute the node. All shapes are static then.</summary>
    /// <exception cref="ModelBuildException">No kernel does what the node asks.</exception>
    public virtual void Lower(ILoweringContext context) =>
        throw new ModelBuildException(Diagnostic.At(
            Descriptors.UnsupportedOperator,
            context.Node.Name,
            $"Operator '{OpType}' ('{context.Node.Name}') is only supported where it can be computed at build time. Export the model with constant shapes, set Dims, or set Runtime=\"onnxruntime\"."));
}
