using System.Diagnostics;
using System.Text.Json;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Benchmarks.Layers;

/// <summary>Times ONNX Runtime's nodes with its own profiler.</summary>
internal static class OnnxRuntimeProfile
{
    private const int LeastCalls = 10;
    private const int MostCalls = 2000;
    private const string Suffix = "_kernel_time";

    /// <summary>Runs a model with the profiler on.</summary>
    public static IReadOnlyList<OnnxRuntimeNode> Measure(string path, ExecutionPlan plan, IReadOnlyList<Tensor[]> samples, int threads, bool isExact, double seconds)
    {
        string folder = Directory.CreateTempSubdirectory("modelbuild-profile-").FullName;
        try
        {
            using OnnxRuntimeSide session = new(path, plan, samples, threads, isExact, Path.Combine(folder, "profile"));
            long start = Stopwatch.GetTimestamp();
            for (int calls = 0; calls < LeastCalls || (calls < MostCalls && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds); calls++)
            {
                session.Run();
            }

            return Read(session.EndProfile());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Events are in the order of execution; the first call of a node stands for its place.
    private static List<OnnxRuntimeNode> Read(string path)
    {
        Dictionary<string, (string OpType, List<double> Times)> nodes = [];
        List<string> order = [];
        using JsonDocument profile = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement item in profile.RootElement.EnumerateArray())
        {
            string name = item.GetProperty("name").GetString()!;
            if (item.GetProperty("cat").GetString() != "Node" || !name.EndsWith(Suffix, StringComparison.Ordinal))
            {
                continue;
            }

            name = name[..^Suffix.Length];
            if (!nodes.TryGetValue(name, out (string OpType, List<double> Times) node))
            {
                nodes[name] = node = (item.GetProperty("args").GetProperty("op_name").GetString()!, []);
                order.Add(name);
            }

            node.Times.Add(item.GetProperty("dur").GetDouble());
        }

        return [.. order.Select(n => new OnnxRuntimeNode(n, nodes[n].OpType, LayerTable.Typical(nodes[n].Times)))];
    }
}
