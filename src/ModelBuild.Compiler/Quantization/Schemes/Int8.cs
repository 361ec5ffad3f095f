using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization.Schemes;

/// <summary>int8 as the data allows: static with calibration data, dynamic without. Never calibration on random data.</summary>
public sealed class Int8 : IQuantizationScheme
{
    private readonly Int8Static _static = new();
    private readonly Int8Dynamic _dynamic = new();

    /// <inheritdoc/>
    public string Name => "int8";

    /// <inheritdoc/>
    public string Describe(bool hasCalibration) => hasCalibration ? _static.Describe(true) : _dynamic.Describe(false);

    /// <inheritdoc/>
    public IReadOnlyList<Diagnostic> Apply(Graph graph, QuantizationContext context, CancellationToken cancellation) =>
        context.Samples.Count > 0 ? _static.Apply(graph, context, cancellation) : _dynamic.Apply(graph, context, cancellation);
}
