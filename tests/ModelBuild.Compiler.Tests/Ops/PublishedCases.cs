using System.Formats.Tar;
using System.IO.Compression;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops;

/// <summary>The test cases that the ONNX project publishes for single operators: a model, inputs, and the outputs that it must have.</summary>
internal static class PublishedCases
{
    /// <summary>Default tolerances of the ONNX backend test runner (onnx.backend.test.loader: rtol 1e-3, atol 1e-7).</summary>
    private const double Relative = 1e-3;

    private const double Absolute = 1e-7;

    private const string Folder = "/node/";

    private static readonly Lazy<Dictionary<string, byte[]>> s_files = new(ReadArchive);

    /// <summary>Checks reference evaluation against the published outputs, and the plan against the reference evaluation. Inputs but the first become constants.</summary>
    public static void Check(string name)
    {
        (Graph graph, Tensor[] inputs) = Load(name);
        Node node = graph.Nodes.Single();
        Tensor[] results = node.Op!.Evaluate(new EvaluationContext(node, [.. node.Inputs.Select(v => v is null ? null : v.Constant ?? inputs[0])]));
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            Tensor expected = TensorOf($"{name}/test_data_set_0/output_{i}.pb");
            Assert.Equal(expected.Type, results[i].Type);
            double[] e = expected.ToDoubleArray();
            double[] a = results[i].ToDoubleArray();
            for (int j = 0; j < e.Length; j++)
            {
                Assert.True(Math.Abs(e[j] - a[j]) <= Absolute + (Relative * Math.Abs(e[j])), $"{name}: output {i}, element {j}: {e[j]} expected, {a[j]} computed");
            }
        }

        PlanAgainstReference.Check(graph);
    }

    /// <summary>The reference evaluation refuses a case, or lowering does: an error that the caller checks.</summary>
    public static (Graph Graph, Tensor[] Inputs) Load(string name)
    {
        string path = Path.Combine(Path.GetTempPath(), $"modelbuild-{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, s_files.Value[$"{name}/model.onnx"]);
        Graph source = Importers.Import(path);
        File.Delete(path);
        Node node = source.Nodes.Single();
        Tensor[] inputs = [.. Enumerable.Range(0, source.Inputs.Count).Select(i => TensorOf($"{name}/test_data_set_0/input_{i}.pb"))];
        Dictionary<Value, int> ports = source.Inputs.Select((v, i) => (v, i)).ToDictionary(p => p.v, p => p.i);
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", inputs[0].Type);
        Value?[] values = [.. node.Inputs.Select((v, i) => v is null ? null : i == 0 ? x : graph.AddConstant(v.Name, v.Constant ?? inputs[ports[v]]))];
        Node copy = graph.AddNode(node.Domain, node.OpType, "node", values, [.. node.Outputs.Select((_, i) => $"y{i}")], node.Attributes.Clone());
        for (int i = 0; i < copy.Outputs.Count; i++)
        {
            graph.AddOutput($"out{i}", copy.Outputs[i]!);
        }

        return (graph, inputs);
    }

    private static Tensor TensorOf(string file) => new OnnxTensorReader(null).Read(TensorProto.Parser.ParseFrom(s_files.Value[file]), file);

    private static Dictionary<string, byte[]> ReadArchive()
    {
        using GZipStream stream = new(File.OpenRead(TestData.PathOf("conformance/onnx-backend-tests.tar.gz")), CompressionMode.Decompress);
        using TarReader reader = new(stream);
        Dictionary<string, byte[]> files = [];
        while (reader.GetNextEntry() is { } entry)
        {
            int at = entry.Name.IndexOf(Folder, StringComparison.Ordinal);
            if (at >= 0 && entry.DataStream is { } data)
            {
                using MemoryStream bytes = new();
                data.CopyTo(bytes);
                files[entry.Name[(at + Folder.Length)..]] = bytes.ToArray();
            }
        }

        return files;
    }
}
