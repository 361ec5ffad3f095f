using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>A graph while it is drawn: random choices, the values made so far, and nodes whose types are inferred at once.</summary>
internal sealed class Drawing(int seed)
{
    /// <summary>More elements than kernels take at once in any of their loops, few enough for thousands of graphs.</summary>
    public const long MaxElements = 6000;

    private static readonly long[] s_channels = [1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 24, 32, 33];
    private readonly Random _random = new(seed);
    private int _count;

    /// <summary>The graph.</summary>
    public Graph Graph { get; private set; } = new(Operators.Set, $"seed{seed}");

    /// <summary>Float values that templates may read.</summary>
    public List<Value> Pool { get; private set; } = [];

    /// <summary>Values that no template reads, of any type; they become outputs.</summary>
    public List<Value> Results { get; private set; } = [];

    public static long[] Dims(Value value) => value.Type.Shape!.ToArray();

    public static int Rank(Value value) => value.Type.Shape!.Rank;

    public int Int(int low, int high) => _random.Next(low, high + 1);

    public bool Chance(double part) => _random.NextDouble() < part;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    public long Channels() => Pick<long>(s_channels);

    public float Float(float low, float high) => low + (_random.NextSingle() * (high - low));

    public void Shuffle<T>(Span<T> values) => _random.Shuffle(values);

    /// <summary>A graph input.</summary>
    public Value Input(DType type, params long[] dims)
    {
        Value value = Graph.AddInput($"x{Graph.Inputs.Count}", new TensorType(type, Shape.Of(dims)));
        return value;
    }

    /// <summary>Draws a subgraph, whose pool is empty at first; names differ from those of the graphs around it.</summary>
    public Graph Subgraph(Action draw)
    {
        (Graph graph, List<Value> pool, List<Value> results) = (Graph, Pool, Results);
        (Graph, Pool, Results) = (new Graph(Operators.Set, $"body{_count++}"), [], []);
        draw();
        Graph made = Graph;
        (Graph, Pool, Results) = (graph, pool, results);
        return made;
    }

    /// <summary>An input of a subgraph.</summary>
    public Value BodyInput(TensorType type) => Graph.AddInput($"b{_count++}", type);

    /// <summary>Numbers in [-scale, scale).</summary>
    public Value Weights(float scale, params long[] dims)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = Float(-scale, scale);
        }

        return Graph.AddConstant($"w{_count++}", tensor);
    }

    /// <summary>Numbers in [low, high).</summary>
    public Value Between(float low, float high, params long[] dims)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = Float(low, high);
        }

        return Graph.AddConstant($"w{_count++}", tensor);
    }

    public Value Constant(Tensor tensor) => Graph.AddConstant($"c{_count++}", tensor);

    public Value Scalar(float value) => Constant(Tensor.Scalar(value));

    public Value Longs(params long[] values) => Constant(Tensor.Vector<long>(values));

    /// <summary>A node of one output.</summary>
    public Value Add(string opType, Value?[] inputs, AttributeMap? attributes = null) => AddNode(opType, inputs, attributes, 1).Output;

    /// <summary>A node of several outputs.</summary>
    public Node AddNode(string opType, Value?[] inputs, AttributeMap? attributes, int outputs)
    {
        string name = $"{opType}{_count++}";
        Node node = Graph.AddNode("", opType, name, inputs, [.. Enumerable.Range(0, outputs).Select(i => i == 0 ? name : $"{name}_{i}")], attributes);
        TypeInference.Run(node);
        return node;
    }

    /// <summary>A value of the pool, mostly the newest, for which the condition holds; null when there is none.</summary>
    public Value? Any(Func<Value, bool> condition)
    {
        Value[] fitting = [.. Pool.Where(condition)];
        return fitting.Length == 0 ? null : Chance(0.6) ? fitting[^1] : fitting[_random.Next(fitting.Length)];
    }

    /// <summary>Sizes that broadcast to the given ones: leading ones dropped, some replaced by 1.</summary>
    public long[] Broadcastable(long[] dims)
    {
        long[] result = dims[Int(0, dims.Length)..];
        return [.. result.Select(d => Chance(0.4) ? 1 : d)];
    }
}
