using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Pruning;

/// <summary>Small networks with random weights, built in ONNX's channel order.</summary>
internal sealed class PruningNetwork
{
    private readonly Random _random = new(5);

    public Graph Graph { get; } = new(Operators.Set);

    public Value Input(params long[] dims) => Graph.AddInput("x", new TensorType(DType.F32, Shape.Of(dims)));

    public Value Constant(params long[] dims) => Graph.AddConstant("c", PlanAgainstReference.Filled(_random, dims));

    public Value Conv(string name, Value x, int inputs, int outputs, int kernel = 3, int group = 1) =>
        Graph.Add("Conv", name, [x, Constant(outputs, inputs / group, kernel, kernel), Constant(outputs)], new AttributeMap { { "group", (long)group }, { "pads", [kernel / 2, kernel / 2, kernel / 2, kernel / 2] } });

    public Value Gemm(string name, Value x, int inputs, int outputs, bool transposed = true) =>
        Graph.Add("Gemm", name, [x, transposed ? Constant(outputs, inputs) : Constant(inputs, outputs), Constant(outputs)], new AttributeMap { { "transB", transposed ? 1L : 0L } });

    public Value Add(string op, Value x, AttributeMap? attributes = null) => Graph.Add(op, op, [x], attributes);

    public Value Transpose(Value x, params long[] perm) => Graph.Add("Transpose", "transpose", [x], new AttributeMap { { "perm", perm } });

    /// <summary>Global pool, flatten and a classifier that is the output.</summary>
    public Graph Classify(Value x, int channels)
    {
        Graph.AddOutput("y", Gemm("last", Add("Flatten", Add("GlobalAveragePool", x)), channels, 3));
        return Finish();
    }

    public Graph Finish()
    {
        TypeInference.Run(Graph);
        return Graph;
    }

    public static Node Find(Graph graph, string name) => graph.Nodes.Single(n => n.Name == name);

    /// <summary>Number of filters of a layer.</summary>
    public static long Filters(Graph graph, string name) => Find(graph, name).Input(1).Constant!.Dims[FilterAxis(Find(graph, name))];

    /// <summary>Sets filters with their biases to zero, so that they are the weakest and their removal changes nothing.</summary>
    public static void Zero(Graph graph, string name, params int[] filters)
    {
        Node node = Find(graph, name);
        node.SetInput(1, graph.AddConstant("zeroed", Zeroed(node.Input(1).Constant!, FilterAxis(node), filters)));
        if (node.InputOrNull(2) is { } bias)
        {
            node.SetInput(2, graph.AddConstant("zeroed", Zeroed(bias.Constant!, bias.Constant!.Rank - 1, filters)));
        }
    }

    private static int FilterAxis(Node node) => node.OpType is "Conv" or "BatchNormalization" || (node.OpType == "Gemm" && node.Attributes.GetInt("transB", 0) != 0) ? 0 : 1;

    private static Tensor Zeroed(Tensor tensor, int axis, int[] positions)
    {
        float[] values = tensor.Span<float>().ToArray();
        int inner = Axes.Product(tensor.Dims[(axis + 1)..]);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = positions.Contains(i / inner % (int)tensor.Dims[axis]) ? 0 : values[i];
        }

        return Tensor.Create<float>(values, tensor.Dims);
    }
}
