using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Planning;

/// <summary>Runs a compiled model as a graph runner.</summary>
/// <param name="model">Plan and weights.</param>
public sealed class PlanRunner(CompiledModel model) : IGraphRunner
{
    private readonly PlanInterpreter _interpreter = new(model);

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs, CancellationToken cancellation = default) => _interpreter.Run(inputs, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _interpreter.Dispose();
}
