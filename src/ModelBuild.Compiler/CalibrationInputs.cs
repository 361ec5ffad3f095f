using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler;

/// <summary>The samples that pruning and quantisation adapt a model to.</summary>
internal static class CalibrationInputs
{
    /// <summary>The options with the sizes of the calibration data where sizes are given with every call.</summary>
    public static CompileOptions AtTheirSizes(Graph graph, CompileOptions options)
    {
        IReadOnlyList<PlanDim> dims = RunTimeSizes.Find(GraphClone.Clone(graph), options);
        return dims.Count == 0 || options.CalibrationData is not { } data
            ? options
            : RunTimeSizes.At(options, dims, DataSizes.Find(data, graph, dims, Descriptors.CalibrationMissing));
    }

    /// <summary>The samples of the calibration data; none where there is no data.</summary>
    /// <exception cref="ModelBuildException">They do not fit the inputs (MDB4001).</exception>
    public static IReadOnlyList<IReadOnlyList<Tensor>> Read(Graph graph, CompileOptions options, CancellationToken cancellation)
    {
        if (options.CalibrationData is not { } data)
        {
            return [];
        }

        Graph bound = GraphClone.Clone(graph);
        DimBinder.Bind(bound, options.Dims, cancellation);
        return SampleSet.Read(data, bound, options.CalibrationSamples, Descriptors.CalibrationMissing).Samples;
    }
}
