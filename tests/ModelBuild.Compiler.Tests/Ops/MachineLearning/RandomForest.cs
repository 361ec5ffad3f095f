using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.MachineLearning;

/// <summary>Draws tree ensembles and writes them as the attributes of the operators.</summary>
internal sealed class RandomForest(int seed)
{
    private static readonly string[] s_modes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"];

    private readonly Random _random = new(seed);
    private readonly List<long> _trees = [];
    private readonly List<long> _ids = [];
    private readonly List<long> _features = [];
    private readonly List<long> _true = [];
    private readonly List<long> _false = [];
    private readonly List<long> _missing = [];
    private readonly List<float> _values = [];
    private readonly List<string> _nodeModes = [];
    private readonly List<(long Tree, long Node, long Target, float Weight)> _entries = [];

    /// <summary>Number of features.</summary>
    public int Features { get; init; } = 5;

    /// <summary>Number of trees.</summary>
    public int Trees { get; init; } = 7;

    /// <summary>The most branches from root to leaf.</summary>
    public int Depth { get; init; } = 5;

    /// <summary>Number of targets or classes.</summary>
    public int Targets { get; init; } = 1;

    /// <summary>How many of the modes are drawn; 1 is BRANCH_LEQ only.</summary>
    public int Modes { get; init; } = 1;

    /// <summary>Whether some branches send NaN to the side of true.</summary>
    public bool TracksMissing { get; init; }

    /// <summary>Whether every leaf gives a value to all targets, instead of one for each tree.</summary>
    public bool VotesForAll { get; init; }

    /// <summary>The target of all leaves, or a negative number.</summary>
    public int OnlyTarget { get; init; } = -1;

    /// <summary>The least weight of a leaf; the largest is 1.</summary>
    public float Least { get; init; } = -1;

    /// <summary>Attributes of the forest.</summary>
    /// <param name="prefix"><c>class</c> or <c>target</c>.</param>
    /// <param name="isDouble">Whether thresholds and weights are tensors of binary64.</param>
    public AttributeMap Attributes(string prefix, bool isDouble = false)
    {
        for (int t = 0; t < Trees; t++)
        {
            int count = 0;
            Grow(t, ref count, 0, OnlyTarget >= 0 ? OnlyTarget : t % Targets);
        }

        AttributeMap map = new()
        {
            { "nodes_treeids", [.. _trees] },
            { "nodes_nodeids", [.. _ids] },
            { "nodes_featureids", [.. _features] },
            { "nodes_truenodeids", [.. _true] },
            { "nodes_falsenodeids", [.. _false] },
            { "nodes_modes", new StringsAttribute([.. _nodeModes]) },
            { $"{prefix}_treeids", [.. _entries.Select(e => e.Tree)] },
            { $"{prefix}_nodeids", [.. _entries.Select(e => e.Node)] },
            { $"{prefix}_ids", [.. _entries.Select(e => e.Target)] },
        };
        if (TracksMissing)
        {
            map.Add("nodes_missing_value_tracks_true", [.. _missing]);
        }

        if (isDouble)
        {
            map.Add("nodes_values_as_tensor", new TensorAttribute(Tensor.Vector<double>([.. _values.Select(v => v + 1e-9)])));
            map.Add($"{prefix}_weights_as_tensor", new TensorAttribute(Tensor.Vector<double>([.. _entries.Select(e => (double)e.Weight)])));
        }
        else
        {
            map.Add("nodes_values", new FloatsAttribute([.. _values]));
            map.Add($"{prefix}_weights", new FloatsAttribute([.. _entries.Select(e => e.Weight)]));
        }

        return map;
    }

    /// <summary>Rows of features, some of them equal to thresholds and some missing.</summary>
    public float[] Rows(int rows, bool withMissing)
    {
        float[] values = new float[rows * Features];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = withMissing && _random.Next(6) == 0 ? float.NaN : Threshold();
        }

        return values;
    }

    // A coarse grid, so that features meet thresholds exactly.
    private float Threshold() => _random.Next(-8, 9) / 8f;

    private long Grow(long tree, ref int count, int depth, int target)
    {
        long id = count++;
        bool isLeaf = depth == Depth || (depth > 1 && _random.Next(5) == 0);
        int place = _trees.Count;
        _trees.Add(tree);
        _ids.Add(id);
        _features.Add(isLeaf ? 0 : _random.Next(Features));
        _true.Add(0);
        _false.Add(0);
        _missing.Add(_random.Next(2));
        _values.Add(isLeaf ? 0 : Threshold());
        _nodeModes.Add(isLeaf ? "LEAF" : s_modes[_random.Next(Modes)]);
        if (isLeaf)
        {
            for (int k = 0; k < Targets; k++)
            {
                if (VotesForAll || k == target)
                {
                    _entries.Add((tree, id, k, Least + ((1 - Least) * _random.NextSingle())));
                }
            }
        }
        else
        {
            _true[place] = Grow(tree, ref count, depth + 1, target);
            _false[place] = Grow(tree, ref count, depth + 1, target);
        }

        return id;
    }
}
