namespace ModelBuild.Compiler.Ir;

/// <summary>What an operator sees while it is evaluated.</summary>
/// <param name="node">The node.</param>
/// <param name="inputs">One tensor per input; null where an optional one is omitted.</param>
/// <param name="cancellation">Polled by long evaluations.</param>
/// <param name="outer">Finds values that subgraphs of the node take from outside.</param>
public sealed class EvaluationContext(Node node, IReadOnlyList<Tensor?> inputs, CancellationToken cancellation = default, Func<Value, Tensor?>? outer = null)
{
    /// <summary>The node.</summary>
    public Node Node { get; } = node;

    /// <summary>Its attributes.</summary>
    public AttributeMap Attributes => Node.Attributes;

    /// <summary>Polled by long evaluations.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Number of inputs, omitted ones in between included.</summary>
    public int InputCount => inputs.Count;

    /// <summary>An input that must be there.</summary>
    public Tensor Input(int index) => InputOrNull(index) ?? throw NodeErrors.Invalid(Node, $"input {index} is missing.");

    /// <summary>An input that may be omitted.</summary>
    public Tensor? InputOrNull(int index) => index < inputs.Count ? inputs[index] : null;

    /// <summary>Computes a subgraph of the node.</summary>
    /// <param name="values">One tensor per input of the subgraph.</param>
    public IReadOnlyList<Tensor> Run(Graph subgraph, IReadOnlyList<Tensor> values) => ReferenceEvaluator.Run(subgraph, values, outer, Cancellation);
}
