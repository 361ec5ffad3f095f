using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Quantized;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Quantization.Calibration;
using ModelBuild.Compiler.Quantization.Qdq;

namespace ModelBuild.Compiler.Quantization.Schemes;

/// <summary>Static int8: uint8 activations with calibrated ranges, int8 weights per output channel, int32 biases. Never calibration on random data.</summary>
public sealed class Int8Static : IQuantizationScheme
{
    /// <inheritdoc/>
    public string Name => "int8-static";

    /// <inheritdoc/>
    public string Describe(bool hasCalibration) => "int8 static, weights per channel";

    /// <inheritdoc/>
    public IReadOnlyList<Diagnostic> Apply(Graph graph, QuantizationContext context, CancellationToken cancellation)
    {
        if (context.Samples.Count == 0)
        {
            throw new ModelBuildException(Diagnostic.InSetting(
                Descriptors.CalibrationMissing, MetadataNames.Quantize, $"Quantize=\"{Name}\" needs CalibrationData with at least one sample (.npz or .npy of representative inputs). Quantize=\"int8-dynamic\" needs none: it takes ranges at run time."));
        }

        IntegerRegion region = new(graph, context.Exclude);
        if (region.Linear.Count == 0)
        {
            return [Diagnostic.Of(Descriptors.NothingToQuantize, "The model has no Conv, Gemm or MatMul with constant float weights: nothing was quantised.")];
        }

        ApplyStatic(graph, region, context, cancellation);
        return [];
    }

    private static void ApplyStatic(Graph graph, IntegerRegion region, QuantizationContext context, CancellationToken cancellation)
    {
        Value[] values = [.. region.Nodes.SelectMany(IntegerRegion.Data).Distinct()];
        IReadOnlyDictionary<Value, MinMaxObserver> ranges = Calibrator.Run(graph, values, context, cancellation);
        Dictionary<Value, QuantParams> parameters = [];
        HashSet<Node> members = [.. region.Nodes];
        Dictionary<Node, int> position = graph.Nodes.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i);
        foreach (Value value in values.OrderBy(v => v.Producer is null ? -1 : position[v.Producer]))
        {
            // A pool or reshape passes its input's numbers on unchanged, and its output keeps their scale.
            parameters[value] = value.Producer is { } p && members.Contains(p) && ElementMoves.Matches(p)
                ? parameters[p.Input(0)]
                : QuantParams.FromRange(ranges[value].Minimum, ranges[value].Maximum);
        }

        StaticQdq.Insert(graph, region, parameters);
    }
}
