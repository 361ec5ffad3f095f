using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Pruning;
using ModelBuild.Compiler.Quantization;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler;

/// <summary>The stages of a deployment, each from file to file. The tasks add nothing to them but MSBuild.</summary>
public static class Stages
{
    /// <summary>Reads a model of any known format and writes it as ONNX of the canonical opset.</summary>
    /// <returns>Full paths of the files beside the model that were read and therefore belong to it.</returns>
    public static IReadOnlyList<string> Convert(string modelPath, string outputPath, CancellationToken cancellation) => Convert(modelPath, outputPath, new Dictionary<string, int>(), cancellation);

    /// <summary>Reads a model of any known format and writes it as ONNX of the canonical opset.</summary>
    /// <param name="lengths">Number of elements of inputs that are sequences or optional, by their names.</param>
    /// <returns>Full paths of the files beside the model that were read and therefore belong to it.</returns>
    public static IReadOnlyList<string> Convert(string modelPath, string outputPath, IReadOnlyDictionary<string, int> lengths, CancellationToken cancellation)
    {
        Graph graph = Importers.Import(modelPath, lengths, cancellation);
        TypeInference.Run(graph, cancellation);
        WriteOnnx(graph, outputPath);
        return graph.ExternalFiles;
    }

    /// <summary>Applies the exact rewrites that standard ONNX can express.</summary>
    public static void Optimize(string inputPath, string outputPath, CancellationToken cancellation)
    {
        Graph graph = Importers.Import(inputPath, cancellation);
        PassRunner.Run(graph, PassPipelines.Optimize, cancellation);
        WriteOnnx(graph, outputPath);
    }

    /// <summary>Prunes as <see cref="CompileOptions.Prune"/> says.</summary>
    /// <returns>Warnings.</returns>
    public static IReadOnlyList<Diagnostic> Prune(string inputPath, string outputPath, CompileOptions options, CancellationToken cancellation)
    {
        Graph graph = Importers.Import(inputPath, cancellation);
        TypeInference.Run(graph, cancellation);
        options = AtDataSizes(graph, options);
        IReadOnlyList<Diagnostic> warnings = PruningSchemes.Apply(
            graph, options.Prune!, new PruningContext(GraphSettings.Filter(graph, MetadataNames.PruneExclude, options.PruneExclude), CalibrationSamples(graph, options, cancellation), g => new PlanRunner(Lower(g, options, cancellation).Model)), cancellation);
        WriteOnnx(graph, outputPath);
        return warnings;
    }

    /// <summary>Quantises as <see cref="CompileOptions.Quantize"/> says.</summary>
    /// <returns>Warnings.</returns>
    public static IReadOnlyList<Diagnostic> Quantize(string inputPath, string outputPath, CompileOptions options, CancellationToken cancellation)
    {
        Graph graph = Importers.Import(inputPath, cancellation);
        PassRunner.Run(graph, PassPipelines.Optimize, cancellation);
        options = AtDataSizes(graph, options);
        IReadOnlyList<IReadOnlyList<Tensor>> samples = CalibrationSamples(graph, options, cancellation);
        QuantizationContext context = new(samples, GraphSettings.Filter(graph, MetadataNames.QuantizeExclude, options.QuantizeExclude), g => new PlanRunner(Lower(g, options, cancellation).Model));
        IReadOnlyList<Diagnostic> warnings = QuantizationSchemes.Find(options.Quantize!).Apply(graph, context, cancellation);
        WriteOnnx(graph, outputPath);
        return warnings;
    }

    /// <summary>Compiles the last stage's ONNX file to a plan with its weights and writes the graph listing.</summary>
    /// <param name="convertedPath">The converted source model, from which sizes before compression are taken.</param>
    /// <param name="listingPath">Written before the plan, so that errors can point into it.</param>
    public static CompiledModel Compile(string inputPath, string convertedPath, string listingPath, CompileOptions options, CancellationToken cancellation)
    {
        Graph graph = Importers.Import(inputPath, cancellation);
        AtomicFile.WriteText(listingPath, GraphPrinter.Print(graph));
        Graph source = Importers.Import(convertedPath, cancellation);
        if (options.Runtime == PlanRuntime.OnnxRuntime)
        {
            CompiledModel onnx = OnnxRuntimeModel.Create(graph, source, inputPath, options, cancellation);
            Budgets.Check(onnx.Plan, options);
            return onnx;
        }

        if (UnsupportedOperators.Find(graph).ToArray() is { Length: > 0 } unsupported)
        {
            throw new ModelBuildException(unsupported);
        }

        (CompiledModel model, Graph lowered, bool hasFreeBatch) = Lower(graph, options, cancellation);
        AtomicFile.WriteText(listingPath, GraphPrinter.Print(lowered));
        CompiledModel complete = PlanHeader.Complete(model, source, options, hasFreeBatch);
        Budgets.Check(complete.Plan, options);
        return complete;
    }

    /// <summary>Inputs and outputs only, without weights or steps, for design-time builds.</summary>
    public static ExecutionPlan Signature(CompileOptions options, CancellationToken cancellation)
    {
        Graph graph = Importers.Import(options.ModelPath, options.Lengths, cancellation);
        ExecutionPlan ports = SignaturePorts.Find(graph, options, cancellation);
        return PlanHeader.WithNames(PlanHeader.Describe(ports, graph, options), graph, options) with { Runtime = PlanRuntime.Signature };
    }

    /// <summary>Verifies a deployed model, or only measures its sizes, and writes the report.</summary>
    /// <returns>One line for the build log.</returns>
    public static string VerifyAndReport(
        string convertedPath, string inputPath, string planPath, string weightsPath, string verificationPath, string reportDirectory, CompileOptions options, bool verify, CancellationToken cancellation)
    {
        CompiledModel model = DeployedModel.Read(planPath, weightsPath);
        VerificationResult? result = verify ? Verify(convertedPath, Executable(model, inputPath, options, cancellation), options, cancellation) : null;
        AtomicFile.WriteText(verificationPath, ReportWriter.Verification(result));
        Report report = new(model.Plan, options, result, new FileInfo(inputPath).Length, LayerChange.Find(Importers.Import(convertedPath, cancellation), Importers.Import(inputPath, cancellation)));
        string markdown = ReportWriter.Markdown(report);
        AtomicFile.WriteText(Path.Combine(reportDirectory, "report.json"), ReportWriter.Json(report));
        AtomicFile.WriteText(Path.Combine(reportDirectory, "report.md"), markdown);
        AtomicFile.WriteText(Path.Combine(reportDirectory, "report.html"), HtmlReport.Render(model.Plan.ClassName, markdown));
        return ReportWriter.Summary(report);
    }

    /// <summary>True when every operator of the last stage's ONNX file is known, so that verification can run it without ONNX Runtime.</summary>
    public static bool CanVerify(string inputPath, CancellationToken cancellation) => !UnsupportedOperators.Find(Importers.Import(inputPath, cancellation)).Any();

    /// <summary>Describes a model: inputs, outputs, and every operator with its count and whether it is supported.</summary>
    public static IEnumerable<string> Inspect(CompileOptions options, CancellationToken cancellation)
    {
        string modelPath = options.ModelPath;
        Graph graph = Importers.Import(modelPath, options.Lengths, cancellation);
        TypeInference.Run(graph, cancellation);
        yield return $"{Path.GetFileName(modelPath)}: opset {graph.SourceOpset}, {graph.Nodes.Count} nodes";
        foreach (Value input in graph.Inputs)
        {
            yield return $"  input  {input}";
        }

        foreach (GraphOutput output in graph.Outputs)
        {
            yield return $"  output {output.Name}: {output.Value.Type}";
        }

        foreach (string dim in graph.Inputs.SelectMany(i => i.Type.Shape ?? Shape.Scalar).Where(d => d.IsSymbolic).Select(d => d.Symbol!).Distinct())
        {
            yield return $"  dimension '{dim}' is free; fix it with Dims=\"{dim}=128\", or give it with every call with Dims=\"{dim}=1..128\"";
        }

        foreach (IGrouping<string, Node> group in graph.Nodes.GroupBy(n => n.Domain.Length == 0 ? n.OpType : $"{n.Domain}::{n.OpType}").OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            yield return $"  {group.Count(),5} x {group.Key}{(group.First().Op is null ? "   NOT SUPPORTED by the generated runtime" : "")}";
        }
    }

    /// <summary>Compares a compiled model with the converted source model; where sizes are given with every call, at several of them.</summary>
    public static VerificationResult Verify(string convertedPath, CompiledModel model, CompileOptions options, CancellationToken cancellation)
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
        return ModelVerifier.Verify(source, batch, model, options, g => new PlanRunner(Lower(g, options, cancellation).Model), cancellation);
    }

    /// <summary>The plan that verification runs: the deployed one or, where ONNX Runtime runs the last stage's ONNX file, a plan of that file.</summary>
    private static CompiledModel Executable(CompiledModel model, string inputPath, CompileOptions options, CancellationToken cancellation)
    {
        if (model.Plan.Runtime != PlanRuntime.OnnxRuntime)
        {
            return model;
        }

        (CompiledModel lowered, _, bool hasFreeBatch) = Lower(Importers.Import(inputPath, cancellation), options, cancellation);
        return lowered with { Plan = lowered.Plan with { HasFreeBatch = hasFreeBatch } };
    }

    /// <summary>The options with the sizes of the calibration data where sizes are given with every call.</summary>
    private static CompileOptions AtDataSizes(Graph graph, CompileOptions options)
    {
        IReadOnlyList<PlanDim> dims = RunTimeSizes.Find(GraphClone.Clone(graph), options);
        return dims.Count == 0 || options.CalibrationData is not { } data
            ? options
            : RunTimeSizes.At(options, dims, DataSizes.Find(data, graph, dims, Descriptors.CalibrationMissing));
    }

    private static IReadOnlyList<IReadOnlyList<Tensor>> CalibrationSamples(Graph graph, CompileOptions options, CancellationToken cancellation)
    {
        if (options.CalibrationData is not { } data)
        {
            return [];
        }

        Graph bound = GraphClone.Clone(graph);
        DimBinder.Bind(bound, options.Dims, cancellation);
        return SampleSet.Read(data, bound, options.CalibrationSamples, Descriptors.CalibrationMissing).Samples;
    }

    private static (CompiledModel Model, Graph Lowered, bool HasFreeBatch) Lower(Graph graph, CompileOptions options, CancellationToken cancellation)
    {
        graph = GraphClone.Clone(graph);
        ImageBounds.Apply(graph, options);
        IReadOnlyList<PlanDim> sizes = RunTimeSizes.Find(GraphClone.Clone(graph), options);
        if (sizes.Count > 0)
        {
            bool isBatch = false;
            SizedPlan plan = SizedCompiler.Compile(sizes, (values, dependence) => Rewrite(values, dependence, out isBatch), GraphSettings.PortNames(graph, options), options.Winograd, cancellation);
            return (plan.Model, plan.Graph, isBatch);
        }

        Graph lowered = GraphClone.Clone(graph);
        bool hasFreeBatch = DimBinder.Bind(lowered, options.Dims, cancellation);
        PassRunner.Run(lowered, PassPipelines.Optimize, cancellation);
        PassRunner.Run(lowered, PassPipelines.Lowering, cancellation);
        if (CountedSizes.NextOf(lowered) is not null)
        {
            SizedPlan plan = SizedCompiler.Compile([], (values, dependence) => Rewrite(values, dependence, out _), GraphSettings.PortNames(graph, options), options.Winograd, cancellation);
            return hasFreeBatch && plan.Model.Plan.Outputs.Any(o => o.IsCounted(0)) ? throw new ModelBuildException(Diagnostic.InSetting(
                Descriptors.UnsetDimension, MetadataNames.Dims, "The size of an output depends on values, so that the items of a free batch cannot lie one after another. Fix the batch with Dims.")) : (plan.Model, plan.Graph, hasFreeBatch);
        }

        return (Planner.Plan(lowered, GraphSettings.PortNames(graph, options), options.Winograd, cancellation), lowered, hasFreeBatch);

        Graph Rewrite(IReadOnlyList<long> values, SizeDependence dependence, out bool isBatch)
        {
            Graph rewritten = GraphClone.Clone(graph);
            rewritten.SizeDependence = dependence;
            isBatch = DimBinder.Bind(rewritten, RunTimeSizes.Fixed(options, sizes.Select((s, i) => (s.Name, values[i]))), cancellation);
            PassRunner.Run(rewritten, PassPipelines.Optimize, cancellation);
            PassRunner.Run(rewritten, PassPipelines.Lowering, cancellation);
            return rewritten;
        }
    }

    private static void WriteOnnx(Graph graph, string path)
    {
        AtomicFile.Write(path, stream => OnnxWriter.Write(graph, stream));
    }
}
