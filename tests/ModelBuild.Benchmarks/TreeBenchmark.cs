using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.MachineLearning;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Benchmarks;

/// <summary>
/// Measures drawn tree ensembles. Every call gets other rows: with the same rows again and again the processor foretells each branch of ONNX Runtime, which it cannot do with real data.
/// </summary>
internal static class TreeBenchmark
{
    private const int Trees = 100;
    private const int Depth = 6;
    private const int Features = 30;
    private const int Rows = 1024;

    /// <summary>The numbers of rows that are measured.</summary>
    public static IReadOnlyList<int> Batches { get; } = [1, 16, 256, 1024];

    /// <summary>Measures both sides on so many rows.</summary>
    public static BenchmarkResult Run(int rows, BenchmarkOptions options)
    {
        BenchmarkCase measured = new($"{Trees} trees of depth {Depth}, {rows} rows", rows == 1 ? "Trees, one row" : "Trees, rows", null, () => Model(rows), IsInt8: false);
        using ModelFolder model = new(measured, null);
        CompiledModel compiled = model.Compile();
        Random random = new(5);
        byte[][] inputs = [.. Enumerable.Range(0, Math.Max(2, Rows / rows)).Select(_ => Draw(random, rows * Features))];
        using CompiledSide ours = new(compiled, [new Tensor(DType.F32, [rows, Features], inputs[0])], options.Threads);
        using OnnxRuntimeSide theirs = new(model.OnnxPath, compiled.Plan, [new Tensor(DType.F32, [rows, Features], inputs[0])], options.Threads);
        ours.Run();
        theirs.Run();
        double difference = OutputError.Measure("", ours.Outputs().Zip(theirs.Outputs(), (o, t) => (t, o))).MaxRelative;
        int our = 0;
        int their = 0;
        (Timing first, Timing second) = Timing.Interleaved(RunOurs, RunTheirs, options.Seconds);
        return new BenchmarkResult(measured.Name, measured.Class, 0, false, first, second, null, difference, null);

        void RunOurs()
        {
            ours.Set(0, inputs[our++ % inputs.Length]);
            ours.Run();
        }

        void RunTheirs()
        {
            theirs.Set(0, inputs[their++ % inputs.Length]);
            theirs.Run();
        }
    }

    private static byte[] Draw(Random random, int count) => MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)]).ToArray();

    private static byte[] Model(int rows)
    {
        Random random = new(3);
        List<long> trees = [];
        List<long> ids = [];
        List<float> values = [];
        List<long> features = [];
        List<long> whenTrue = [];
        List<string> modes = [];
        const int Branches = (1 << Depth) - 1;
        for (int t = 0; t < Trees; t++)
        {
            for (int n = 0; n < (2 * Branches) + 1; n++)
            {
                bool isLeaf = n >= Branches;
                trees.Add(t);
                ids.Add(n);
                features.Add(isLeaf ? 0 : random.Next(Features));
                values.Add(isLeaf ? 0 : random.NextSingle() - 0.5f);
                whenTrue.Add(isLeaf ? 0 : (2 * n) + 1);
                modes.Add(isLeaf ? "LEAF" : "BRANCH_LEQ");
            }
        }

        int[] leaves = [.. Enumerable.Range(0, ids.Count).Where(i => modes[i] == "LEAF")];
        Graph graph = new(Operators.Set, "trees");
        graph.Opsets[MachineLearningOp.DomainName] = MachineLearningOp.CanonicalOpset;
        Node node = graph.AddNode(MachineLearningOp.DomainName, "TreeEnsembleRegressor", "trees", [graph.AddInput("x", new TensorType(DType.F32, Shape.Of(rows, Features)))], ["y"], new AttributeMap
        {
            { "n_targets", 1L },
            { "nodes_treeids", [.. trees] },
            { "nodes_nodeids", [.. ids] },
            { "nodes_featureids", [.. features] },
            { "nodes_values", new FloatsAttribute([.. values]) },
            { "nodes_modes", new StringsAttribute([.. modes]) },
            { "nodes_truenodeids", [.. whenTrue] },
            { "nodes_falsenodeids", [.. whenTrue.Select(n => n == 0 ? 0 : n + 1)] },
            { "target_treeids", [.. leaves.Select(i => trees[i])] },
            { "target_nodeids", [.. leaves.Select(i => ids[i])] },
            { "target_ids", new long[leaves.Length] },
            { "target_weights", new FloatsAttribute([.. leaves.Select(_ => random.NextSingle())]) },
        });
        graph.AddOutput("y", node.Output);
        TypeInference.Run(graph);
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        return stream.ToArray();
    }
}
