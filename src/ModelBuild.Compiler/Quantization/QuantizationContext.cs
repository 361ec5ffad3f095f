using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization;

/// <summary>What a quantisation scheme may use.</summary>
/// <param name="Samples">Calibration samples, one tensor per graph input each, in the order of the graph's inputs; empty without calibration data.</param>
/// <param name="Exclude">Nodes that stay in float.</param>
/// <param name="CreateRunner">Compiles a graph (its symbolic batch bound to 1, every graph output computed) and runs it with the kernels that users run.</param>
public sealed record QuantizationContext(IReadOnlyList<IReadOnlyList<Tensor>> Samples, NodeFilter Exclude, Func<Graph, IGraphRunner> CreateRunner);
