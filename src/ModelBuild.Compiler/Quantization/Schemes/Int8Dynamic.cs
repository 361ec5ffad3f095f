using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Quantization.Qdq;

namespace ModelBuild.Compiler.Quantization.Schemes;

/// <summary>Dynamic int8: int8 weights per output channel, uint8 activations whose range is taken from each tensor at run time. Needs no data.</summary>
public sealed class Int8Dynamic : IQuantizationScheme
{
    /// <inheritdoc/>
    public string Name => "int8-dynamic";

    /// <inheritdoc/>
    public string Describe(bool hasCalibration) => "int8 dynamic, weights per channel";

    /// <inheritdoc/>
    public IReadOnlyList<Diagnostic> Apply(Graph graph, QuantizationContext context, CancellationToken cancellation)
    {
        LinearNode[] nodes = [.. graph.Nodes.Where(n => !context.Exclude.Matches(n)).Select(LinearNode.Match).OfType<LinearNode>().Where(DynamicInteger.Takes)];
        if (nodes.Length == 0)
        {
            return [Diagnostic.Of(Descriptors.NothingToQuantize, "The model has no Gemm, MatMul or Conv (other than depthwise) with constant float weights: nothing was quantised.")];
        }

        DynamicInteger.Insert(graph, nodes);
        return [];
    }
}
