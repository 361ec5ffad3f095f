using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
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
        options = CalibrationInputs.AtTheirSizes(graph, options);
        IReadOnlyList<Diagnostic> warnings = PruningSchemes.Apply(
            graph, options.Prune!, new PruningContext(GraphSettings.Filter(graph, MetadataNames.PruneExclude, options.PruneExclude), CalibrationInputs.Read(graph, options, cancellation), GraphLowering.Runner(options, cancellation)), cancellation);
        WriteOnnx(graph, outputPath);
        return warnings;
    }

    /// <summary>Quantises as <see cref="CompileOptions.Quantize"/> says.</summary>
    /// <returns>Warnings.</returns>
    public static IReadOnlyList<Diagnostic> Quantize(string inputPath, string outputPath, CompileOptions options, CancellationToken cancellation)
    {
        Graph graph = Importers.Import(inputPath, cancellation);
        PassRunner.Run(graph, PassPipelines.Optimize, cancellation);
        options = CalibrationInputs.AtTheirSizes(graph, options);
        IReadOnlyList<IReadOnlyList<Tensor>> samples = CalibrationInputs.Read(graph, options, cancellation);
        QuantizationContext context = new(samples, GraphSettings.Filter(graph, MetadataNames.QuantizeExclude, options.QuantizeExclude), GraphLowering.Runner(options, cancellation));
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

        (CompiledModel model, Graph lowered, bool hasFreeBatch) = GraphLowering.Lower(graph, options, cancellation);
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
        VerificationResult? result = verify ? Verify(convertedPath, SourceComparison.Executable(model, inputPath, options, cancellation), options, cancellation) : null;
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

    /// <summary>Compares a compiled model with the converted source model; where sizes are given with every call, at several of them.</summary>
    public static VerificationResult Verify(string convertedPath, CompiledModel model, CompileOptions options, CancellationToken cancellation) =>
        SourceComparison.Run(convertedPath, model, options, cancellation);

    /// <summary>Describes a model: inputs, outputs, and every operator with its count and whether it is supported.</summary>
    public static IEnumerable<string> Inspect(CompileOptions options, CancellationToken cancellation) => ModelListing.Lines(options, cancellation);

    private static void WriteOnnx(Graph graph, string path)
    {
        AtomicFile.Write(path, stream => OnnxWriter.Write(graph, stream));
    }
}
