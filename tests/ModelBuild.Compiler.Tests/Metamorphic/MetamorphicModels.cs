using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Differential;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Metamorphic;

/// <summary>The graphs that the relations are checked on: drawn ones, and real models that are small enough to be compiled many times.</summary>
internal static class MetamorphicModels
{
    private const long MostBytes = 250_000;

    private static readonly string[] s_folders = ["mnist", "onnx/ezkl", "onnx/gtcrn", "onnx-ml", "onnx/micro-kws"];

    /// <summary>Small real ONNX models, relative to the data's folder.</summary>
    public static string[] Real { get; } = [.. s_folders.SelectMany(f => TestData.Files(f, ".onnx")).Select(m => m.Replace('\\', '/')).Where(m => new FileInfo(TestData.PathOf(m)).Length <= MostBytes)];

    /// <summary>A drawn graph as it is read from a file.</summary>
    public static Graph Drawn(int seed)
    {
        using MemoryStream stream = new(DifferentialRun.Bytes(GraphDrawer.Draw(seed)));
        return new OnnxImporter(Operators.Set).Import(stream, $"drawn{seed}.onnx", folder: null);
    }

    /// <summary>A real model with the sizes of symbolic dimensions set, the leading one to <paramref name="batch"/>.</summary>
    public static Graph Load(string model, long batch = 1)
    {
        const long Symbol = 8;
        Graph graph = Importers.Import(TestData.PathOf(model));
        Dictionary<string, long?> dims = new(StringComparer.Ordinal);
        foreach (Value input in graph.Inputs)
        {
            for (int axis = 0; axis < input.Type.Shape?.Rank; axis++)
            {
                if (input.Type.Shape[axis] is { IsSymbolic: true } dim)
                {
                    dims.TryAdd(dim.Symbol!, axis == 0 ? batch : Symbol);
                }
            }
        }

        DimBinder.Bind(graph, dims);
        return graph;
    }

    /// <summary>The plan of pipelines.</summary>
    public static CompiledModel Compile(Graph graph, params IReadOnlyList<IPass>[] pipelines)
    {
        foreach (IReadOnlyList<IPass> pipeline in pipelines)
        {
            PassRunner.Run(graph, pipeline, default);
        }

        return Planner.Plan(graph);
    }

    /// <summary>Runs a plan once.</summary>
    public static Tensor[] Run(CompiledModel model, IReadOnlyList<Tensor> inputs)
    {
        using PlanInterpreter interpreter = new(model);
        return interpreter.Run(inputs);
    }

    /// <summary>The same inputs on every machine.</summary>
    public static IReadOnlyList<Tensor> InputsOf(Graph graph) => SeededInputs.Make(graph, 2)[1];
}
