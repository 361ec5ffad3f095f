extern alias generator;

using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Generator.Tests;
using ModelBuild.Plan;
using PredictorGenerator = generator::ModelBuild.Generator.PredictorGenerator;

namespace ModelBuild.Compiler.Tests.Conformance.Generated;

/// <summary>Many plans through one run of the generator and one compilation, with warnings as errors, loaded.</summary>
internal sealed class GeneratedPredictors
{
    private const string Namespace = "Generated";

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);
    private readonly Assembly _assembly;

    /// <summary>Generates, compiles and loads; class i is that of plan i.</summary>
    public GeneratedPredictors(IReadOnlyList<CompiledModel> models)
    {
        MarkedText[] plans = [.. models.Select((m, i) => new MarkedText($"obj/{ClassName(i)}/model.plan", PlanWriter.Write(Described(m.Plan, i)), "ModelBuildPlan"))];
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new PredictorGenerator().AsSourceGenerator()], plans, s_parse, new MarkedOptions(true));
        CSharpCompilation empty = CSharpCompilation.Create("Generated", [], References(), new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, generalDiagnosticOption: ReportDiagnostic.Error, nullableContextOptions: NullableContextOptions.Enable));
        driver.RunGeneratorsAndUpdateCompilation(empty, out Compilation compilation, out ImmutableArray<Diagnostic> diagnostics);
        Assert.Empty(diagnostics);
        using MemoryStream stream = new();
        Assert.Empty(compilation.Emit(stream).Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Hidden).Take(10));
        stream.Position = 0;
        _assembly = new AssemblyLoadContext("Generated", isCollectible: false).LoadFromStream(stream);
    }

    /// <summary>Runs the predictor of plan <paramref name="index"/> once; gives the bytes of its outputs.</summary>
    /// <param name="expected">What the outputs should be; those whose sizes depend on values get room for as much.</param>
    public byte[][] Run(int index, CompiledModel model, IReadOnlyList<Tensor> values, IReadOnlyList<Tensor> expected)
    {
        IPredictor predictor = Create(index, model);
        using IDisposable owner = (IDisposable)predictor;
        NamedTensors inputs = [];
        NamedTensors outputs = [];
        for (int i = 0; i < model.Plan.Inputs.Count; i++)
        {
            PortMemory.Add(inputs, model.Plan.Inputs[i], values[i].Bytes);
        }

        Func<byte[]>[] results = [.. model.Plan.Outputs.Select((o, i) => PortMemory.Add(outputs, o.IsSized ? o with { Dims = new PlanList<long>(expected[i].Dims.ToArray()), Sizes = PlanList<PlanSize>.Empty } : o, []))];
        predictor.Predict(inputs, outputs);
        foreach ((PlanPort port, Tensor tensor) in model.Plan.Outputs.Zip(expected).Where(p => p.First.IsSized))
        {
            int[] counted = [.. Enumerable.Range(0, port.Sizes.Count).Where(axis => port.Sizes[axis] is not SizeNumber)];
            Assert.All(counted, axis => Assert.Equal(tensor.Dims[axis], outputs.GetSize(counted.Length == 1 ? port.Name : $"{port.Name}[{axis}]")));
        }

        return [.. results.Select(read => read())];
    }

    /// <summary>The predictor of a plan; the caller disposes it.</summary>
    public IPredictor Create(int index, CompiledModel model)
    {
        byte[] weights = WeightsHeader.CreateBlob(model.Weights, PlanIdentity.Compute(model.Plan));
        return (IPredictor)Activator.CreateInstance(_assembly.GetType($"{Namespace}.{ClassName(index)}", throwOnError: true)!, new PredictorOptions { Weights = weights })!;
    }

    private static string ClassName(int index) => string.Create(CultureInfo.InvariantCulture, $"Test{index}Predictor");

    private static ExecutionPlan Described(ExecutionPlan plan, int index)
    {
        string hash = new('0', 64);
        return plan with { ModelName = ClassName(index), SourceFile = "model.onnx", SourceHash = hash, OptionsHash = hash, WeightsHash = hash, Namespace = Namespace, ClassName = ClassName(index), Weights = PlanWeights.None };
    }

    private static IEnumerable<MetadataReference> References() => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(p => Path.GetFileName(p) is not ("ModelBuild.Generator.dll" or "ModelBuild.Compiler.Tests.dll"))
        .Select(p => MetadataReference.CreateFromFile(p));
}
