using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler;

/// <summary>Chooses what a compiled model and its source are compared on: the plan that runs, and the sizes where a call gives them.</summary>
internal static class SourceComparison
{
    /// <summary>Compares a compiled model with the converted source model; where sizes are given with every call, at several of them.</summary>
    public static VerificationResult Run(string convertedPath, CompiledModel model, CompileOptions options, CancellationToken cancellation)
    {
        if (model.Plan.CallDims == 0)
        {
            return VerifyFixed(convertedPath, model, options, cancellation);
        }

        VerificationResult? result = null;
        foreach ((IReadOnlyList<long> sizes, bool isOfData) in SizesToVerify(convertedPath, model, options, cancellation))
        {
            // Only samples of their own sizes say something about accuracy.
            CompileOptions there = isOfData ? options : options with { VerifyData = null, ValidationData = null, CalibrationData = null };
            there = RunTimeSizes.At(there, CallDims(model), sizes);
            try
            {
                VerificationResult next = VerifyFixed(convertedPath, PlanSizes.At(model, sizes), there, cancellation);
                result = result is null ? next : result.And(next);
            }
            catch (ModelBuildException e)
            {
                throw new ModelBuildException([.. e.Diagnostics.Select(d => d with { Message = $"At {RunTimeSizes.Text(CallDims(model), sizes)}: {d.Message}" })]);
            }
        }

        return result!;
    }

    /// <summary>The plan that verification runs: the deployed one or, where ONNX Runtime runs the last stage's ONNX file, a plan of that file.</summary>
    public static CompiledModel Executable(CompiledModel model, string inputPath, CompileOptions options, CancellationToken cancellation)
    {
        if (model.Plan.Runtime != PlanRuntime.OnnxRuntime)
        {
            return model;
        }

        (CompiledModel lowered, _, bool hasFreeBatch) = GraphLowering.Lower(Importers.Import(inputPath, cancellation), options, cancellation);
        return lowered with { Plan = lowered.Plan with { HasFreeBatch = hasFreeBatch } };
    }

    private static IEnumerable<(IReadOnlyList<long> Sizes, bool IsOfData)> SizesToVerify(string convertedPath, CompiledModel model, CompileOptions options, CancellationToken cancellation)
    {
        string? data = options.VerifyData ?? options.ValidationData ?? options.CalibrationData;
        if (data is not null)
        {
            Graph graph = Importers.Import(convertedPath, cancellation);
            yield return (DataSizes.Find(data, graph, CallDims(model), Descriptors.InvalidValidationData), true);
        }

        // A lossy model is measured on what it was made for; noise of other sizes would say little about it.
        Graph bounded = Importers.Import(convertedPath, cancellation);
        ImageBounds.Apply(bounded, options);
        PlanDim[] calls = CallDims(model);
        long[] least = [.. calls.Select(d => SampleImages.LeastLength(bounded, d.Name))];
        IEnumerable<IReadOnlyList<long>> others = data is not null && options.IsLossy ? [] : RunTimeSizes.ToVerify(model.Plan);
        foreach (IReadOnlyList<long> sizes in others.Select(o => AtLeast(o, calls, least)).DistinctBy(s => string.Join(',', s)))
        {
            yield return (sizes, false);
        }
    }

    // No picture can be drawn in fewer bytes.
    private static long[] AtLeast(IReadOnlyList<long> sizes, PlanDim[] calls, long[] least)
    {
        SizeBox box = SizeBox.Of(calls);
        return [.. sizes.Select((s, i) => s >= least[i] ? s : Math.Min(box.Align(i, least[i] + calls[i].Step - 1), Math.Max(s, box.Align(i, calls[i].Maximum))))];
    }

    private static PlanDim[] CallDims(CompiledModel model) => [.. model.Plan.Dims.Where(d => !d.IsCounted)];

    private static VerificationResult VerifyFixed(string convertedPath, CompiledModel model, CompileOptions options, CancellationToken cancellation)
    {
        Graph source = Importers.Import(convertedPath, cancellation);
        Graph? batch = null;
        if (model.Plan.HasFreeBatch)
        {
            batch = GraphClone.Clone(source);
            Dictionary<string, long?> two = new(options.Dims, StringComparer.Ordinal);
            foreach (Value input in batch.Inputs)
            {
                two[input.Type.Shape![0].Symbol!] = 2;
            }

            DimBinder.Bind(batch, two, cancellation);
        }

        ImageBounds.Apply(source, options);
        DimBinder.Bind(source, options.Dims, cancellation);
        return ModelVerifier.Verify(source, batch, model, options, GraphLowering.Runner(options, cancellation), cancellation);
    }
}
