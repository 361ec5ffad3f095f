using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.MachineLearning;
using ModelBuild.Compiler.Output;

namespace ModelBuild.Benchmarks.Trees;

/// <summary>A drawn ensemble of 100 trees.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Leaves">Leaves of each tree.</param>
/// <param name="Targets">Values of each leaf.</param>
/// <param name="IsForest">Split at drawn leaves, as trees are grown that see other samples each; else all leaves lie at one depth.</param>
internal sealed record TreeEnsemble(string Name, int Leaves, int Targets, bool IsForest)
{
    /// <summary>Columns of the input, from -0.5 to 0.5.</summary>
    public const int Features = 30;

    private const int Trees = 100;

    /// <summary>All that are measured.</summary>
    public static IReadOnlyList<TreeEnsemble> All { get; } =
    [
        new("100 trees of depth 6", 64, 1, IsForest: false),
        new("100 trees of 31 leaves", 31, 1, IsForest: true),
        new("100 trees of 16 leaves, 3 classes", 16, 3, IsForest: true),
        new("100 trees of 300 leaves, 3 classes", 300, 3, IsForest: true),
    ];

    /// <summary>The model as ONNX.</summary>
    /// <param name="rows">Rows of its input.</param>
    public byte[] Model(int rows)
    {
        Random random = new(3);
        Tables tables = new();
        for (int t = 0; t < Trees; t++)
        {
            Grow(tables, t, random);
        }

        Graph graph = new(Operators.Set, "trees");
        graph.Opsets[MachineLearningOp.DomainName] = MachineLearningOp.CanonicalOpset;
        Node node = graph.AddNode(MachineLearningOp.DomainName, "TreeEnsembleRegressor", "trees", [graph.AddInput("x", new TensorType(DType.F32, Shape.Of(rows, Features)))], ["y"], new AttributeMap
        {
            { "n_targets", (long)Targets },
            { "nodes_treeids", [.. tables.Trees] },
            { "nodes_nodeids", [.. tables.Ids] },
            { "nodes_featureids", [.. tables.Features] },
            { "nodes_values", new FloatsAttribute([.. tables.Values]) },
            { "nodes_modes", new StringsAttribute([.. tables.WhenTrue.Select(n => n == 0 ? "LEAF" : "BRANCH_LEQ")]) },
            { "nodes_truenodeids", [.. tables.WhenTrue] },
            { "nodes_falsenodeids", [.. tables.WhenTrue.Select(n => n == 0 ? 0 : n + 1)] },
            { "target_treeids", [.. tables.LeafTrees] },
            { "target_nodeids", [.. tables.LeafIds] },
            { "target_ids", [.. tables.LeafTargets] },
            { "target_weights", new FloatsAttribute([.. tables.LeafTargets.Select(_ => random.NextSingle())]) },
        });
        graph.AddOutput("y", node.Output);
        TypeInference.Run(graph);
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        return stream.ToArray();
    }

    // Splits a leaf, drawn or the oldest, until there are enough. Bounds lie in the part of the feature's range that reaches the leaf.
    private void Grow(Tables tables, int tree, Random random)
    {
        int start = tables.Ids.Count;
        List<(int Node, (float Low, float High)[] Ranges)> open = [(tables.Add(tree, start), [.. Enumerable.Repeat((-0.5f, 0.5f), Features)])];
        while (open.Count < Leaves)
        {
            int at = IsForest ? random.Next(open.Count) : 0;
            (int node, (float Low, float High)[] ranges) = open[at];
            open.RemoveAt(at);
            int feature = random.Next(Features);
            (float low, float high) = ranges[feature];
            float bound = IsForest ? low + ((high - low) * random.NextSingle()) : random.NextSingle() - 0.5f;
            int left = tables.Add(tree, start);
            int right = tables.Add(tree, start);
            tables.Features[node] = feature;
            tables.Values[node] = bound;
            tables.WhenTrue[node] = left - start;
            open.Add((left, [.. ranges.Select((r, f) => f == feature ? (low, bound) : r)]));
            open.Add((right, [.. ranges.Select((r, f) => f == feature ? (bound, high) : r)]));
        }

        foreach ((int node, _) in open)
        {
            for (int k = 0; k < Targets; k++)
            {
                tables.LeafTrees.Add(tree);
                tables.LeafIds.Add(tables.Ids[node]);
                tables.LeafTargets.Add(k);
            }
        }
    }

    /// <summary>The attributes as they grow; a node is a leaf until it is split.</summary>
    private sealed class Tables
    {
        public List<long> Trees { get; } = [];

        public List<long> Ids { get; } = [];

        public List<float> Values { get; } = [];

        public List<long> Features { get; } = [];

        public List<long> WhenTrue { get; } = [];

        public List<long> LeafTrees { get; } = [];

        public List<long> LeafIds { get; } = [];

        public List<long> LeafTargets { get; } = [];

        public int Add(int tree, int start)
        {
            Trees.Add(tree);
            Ids.Add(Ids.Count - start);
            Values.Add(0);
            Features.Add(0);
            WhenTrue.Add(0);
            return Ids.Count - 1;
        }
    }
}
