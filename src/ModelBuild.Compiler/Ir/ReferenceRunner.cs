namespace ModelBuild.Compiler.Ir;

/// <summary>Runs a graph by <see cref="ReferenceEvaluator"/>.</summary>
/// <param name="graph">Sorted, with inferred types.</param>
public sealed class ReferenceRunner(Graph graph) : IGraphRunner
{
    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs, CancellationToken cancellation = default) => ReferenceEvaluator.Run(graph, inputs, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
