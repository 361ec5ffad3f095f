using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning;

/// <summary>What a pruning scheme may use.</summary>
/// <param name="Exclude">Operator types or node names (with <c>*</c>) to leave alone.</param>
/// <param name="Samples">Calibration samples, one tensor per graph input each, in the order of the graph's inputs; empty without calibration data.</param>
/// <param name="CreateRunner">Compiles a graph (its symbolic batch bound to 1, every graph output computed) and runs it with the kernels that users run.</param>
public sealed record PruningContext(NodeFilter Exclude, IReadOnlyList<IReadOnlyList<Tensor>> Samples, Func<Graph, IGraphRunner> CreateRunner)
{
    /// <summary>A context without calibration data.</summary>
    public static PruningContext WithoutData(NodeFilter exclude) => new(exclude, [], _ => throw new InvalidOperationException("There are no samples to run."));
}
