namespace ModelBuild.Compiler.Ir;

/// <summary>Computes a graph's outputs from its inputs.</summary>
public interface IGraphRunner : IDisposable
{
    /// <summary>One call: a tensor per graph input in, a tensor per graph output out, in the graph's order.</summary>
    IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs, CancellationToken cancellation = default);
}
