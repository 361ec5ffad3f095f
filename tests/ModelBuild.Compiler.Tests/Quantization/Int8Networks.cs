using System.Diagnostics;
using System.IO.Compression;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Quantization;

namespace ModelBuild.Compiler.Tests.Quantization;

/// <summary>Real networks quantised in memory, with real pictures.</summary>
internal static class Int8Networks
{
    private const string ModelsVariable = "MODELBUILD_INT8_MODELS";

    /// <summary>A scheme that calibrates and one that does not.</summary>
    public static IReadOnlyList<string> Schemes { get; } = ["int8-static", "int8-dynamic"];

    /// <summary>Imports a model, fixes a free batch to 1 and quantises it.</summary>
    /// <param name="samples">Calibration samples; none for a dynamic scheme.</param>
    public static Graph Quantize(string file, string scheme, IReadOnlyList<IReadOnlyList<Tensor>> samples)
    {
        Graph graph = Importers.Import(TestData.PathOf(file));
        DimBinder.Bind(graph, new Dictionary<string, long?>());
        PassRunner.Run(graph, PassPipelines.Optimize, default);
        Assert.Empty(QuantizationSchemes.Find(scheme).Apply(graph, new QuantizationContext(samples, new NodeFilter([]), g => new PlanRunner(Planner.Plan(Lower(g)))), default));
        Assert.Null(graph.Sort());
        TypeInference.Run(graph);
        return graph;
    }

    /// <summary>
    /// mnist-8, quantised by this process or by the one that started it: calibration adds floats in an order that the instruction set decides, and integers are the same only for the same scales.
    /// </summary>
    public static Graph Shared(string scheme) => Environment.GetEnvironmentVariable(ModelsVariable) is { Length: > 0 } folder
        ? Imported(Path.Combine(folder, scheme + ".onnx"))
        : Quantize("mnist/mnist-8.onnx", scheme, scheme == "int8-static" ? Digits(0, 4) : []);

    /// <summary>Gives the quantised networks of this process to one that is about to start.</summary>
    /// <param name="folder">Receives the files.</param>
    public static void Hand(ProcessStartInfo start, string folder)
    {
        foreach (string scheme in Schemes)
        {
            using FileStream stream = File.Create(Path.Combine(folder, scheme + ".onnx"));
            OnnxWriter.Write(Shared(scheme), stream);
        }

        start.Environment[ModelsVariable] = folder;
    }

    private static Graph Imported(string path)
    {
        Graph graph = Importers.Import(path);
        TypeInference.Run(graph);
        return graph;
    }

    /// <summary>The graph with the forms that have kernels.</summary>
    public static Graph Lower(Graph graph)
    {
        Graph lowered = GraphClone.Clone(graph);
        PassRunner.Run(lowered, PassPipelines.Optimize, default);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        return lowered;
    }

    /// <summary>MNIST test pictures, 0 to 255.</summary>
    public static IReadOnlyList<Tensor>[] Digits(int first, int count)
    {
        const int Header = 16;
        const int Length = 784;
        using GZipStream stream = new(File.OpenRead(TestData.PathOf("mnist/t10k-images-idx3-ubyte.gz")), CompressionMode.Decompress);
        byte[] bytes = new byte[Header + ((first + count) * Length)];
        stream.ReadExactly(bytes);
        return [.. Enumerable.Range(first, count).Select(n => (IReadOnlyList<Tensor>)[Tensor.Create<float>([.. bytes.Skip(Header + (n * Length)).Take(Length).Select(b => (float)b)], 1, 1, 28, 28)])];
    }

    /// <summary>CIFAR-10 pictures, height x width x RGB, 0 to 255, with their labels.</summary>
    public static (IReadOnlyList<Tensor> Inputs, int Label)[] Pictures(string file, int count)
    {
        const int Pixels = 32 * 32;
        const int Record = 1 + (3 * Pixels);
        byte[] bytes = File.ReadAllBytes(TestData.PathOf($"cifar10/{file}"));
        return [.. Enumerable.Range(0, count).Select(n =>
        {
            float[] x = [.. Enumerable.Range(0, 3 * Pixels).Select(i => (float)bytes[(n * Record) + 1 + ((i % 3) * Pixels) + (i / 3)])];
            return ((IReadOnlyList<Tensor>)[Tensor.Create<float>(x, 1, 32, 32, 3)], (int)bytes[n * Record]);
        })];
    }
}
