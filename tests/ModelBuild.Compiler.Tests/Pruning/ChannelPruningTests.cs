using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Pruning;
using ModelBuild.Compiler.Tests.Planning;
using static ModelBuild.Compiler.Tests.Pruning.PruningNetwork;

namespace ModelBuild.Compiler.Tests.Pruning;

/// <summary>Filters that are zero are the weakest: removing them has to give exactly the outputs of the network that still holds them.</summary>
public sealed class ChannelPruningTests
{
    /// <summary>What the ridge of the repair leaves of the error: about 1e-3 of the removed channel's part, with room for the condition of the system.</summary>
    private const double RepairedPart = 0.1;

    private readonly PruningNetwork _net = new();

    [Fact]
    public void A_chain_loses_its_weakest_filters_and_the_rows_that_read_them()
    {
        Value x = _net.Add("MaxPool", _net.Add("Relu", _net.Conv("a", _net.Input(1, 3, 8, 8), 3, 8)), new AttributeMap { { "kernel_shape", [2L, 2] }, { "strides", [2L, 2] } });
        x = _net.Add("Relu", _net.Conv("b", x, 8, 12));
        x = _net.Add("Relu", _net.Gemm("c", _net.Add("Flatten", x), 12 * 16, 16, transposed: false));
        _net.Graph.AddOutput("y", _net.Gemm("last", x, 16, 5));
        Graph graph = _net.Finish();
        Zero(graph, "a", 1, 6);
        Zero(graph, "b", 0, 4, 11);
        Zero(graph, "c", 2, 3, 5, 15);

        AssertRemovedExactly(graph, "0.25", ("a", 6), ("b", 9), ("c", 12), ("last", 5));
    }

    [Fact]
    public void A_network_in_channels_last_order_flattens_with_the_channels_innermost()
    {
        Value x = _net.Transpose(_net.Input(1, 6, 6, 3), 0, 3, 1, 2);
        x = _net.Add("Relu", _net.Transpose(_net.Conv("a", x, 3, 8), 0, 2, 3, 1));
        x = _net.Add("Flatten", _net.Transpose(_net.Add("AveragePool", _net.Transpose(x, 0, 3, 1, 2), new AttributeMap { { "kernel_shape", [2L, 2] }, { "strides", [2L, 2] } }), 0, 2, 3, 1));
        _net.Graph.AddOutput("y", _net.Gemm("last", x, 8 * 9, 4, transposed: false));
        Graph graph = _net.Finish();
        Zero(graph, "a", 3, 5);

        AssertRemovedExactly(graph, "0.25", ("a", 6), ("last", 4));
    }

    [Theory]
    [InlineData(1L, 200L)]
    [InlineData(-1L, 200L)]
    [InlineData(1L, -1L)]
    [InlineData(0L, -1L)]
    public void A_reshape_with_a_constant_target_follows(long rows, long columns)
    {
        Value x = _net.Conv("a", _net.Input(1, 2, 5, 5), 2, 8);
        x = _net.Graph.Add("Reshape", "flat", [x, _net.Graph.AddConstant("target", Tensor.Vector<long>(rows, columns))]);
        x = _net.Graph.Add("MatMul", "fixed", [x, _net.Constant(200, 10)]);
        x = _net.Add("Relu", _net.Graph.Add("Add", "bias", [x, _net.Constant(1, 10)]));
        _net.Graph.AddOutput("y", _net.Graph.Add("MatMul", "last", [x, _net.Constant(10, 3)]));
        Graph graph = _net.Finish();
        Zero(graph, "a", 0, 7);

        AssertRemovedExactly(graph, "0.25", ("a", 6), ("fixed", 10));
    }

    [Fact]
    public void Branches_that_meet_in_an_addition_lose_the_same_channels()
    {
        Value stem = _net.Add("Relu", _net.Conv("stem", _net.Input(1, 3, 7, 7), 3, 8));
        Value inner = _net.Add("Relu", _net.Conv("inner", stem, 8, 12));
        Value sum = _net.Add("Relu", _net.Graph.Add("Add", "sum", [_net.Conv("outer", inner, 12, 8), stem]));
        Graph graph = _net.Classify(sum, 8);
        Zero(graph, "stem", 2, 3);
        Zero(graph, "outer", 2, 3);
        Zero(graph, "inner", 0, 1, 11);

        AssertRemovedExactly(graph, "0.25", ("stem", 6), ("outer", 6), ("inner", 9), ("last", 3));
    }

    [Fact]
    public void A_depthwise_convolution_loses_the_channels_of_its_input()
    {
        Value x = _net.Add("Relu", _net.Conv("a", _net.Input(1, 3, 7, 7), 3, 8));
        x = _net.Add("Relu", _net.Conv("depthwise", x, 8, 16, group: 8));
        x = _net.Add("Relu", _net.Conv("b", x, 16, 4, kernel: 1));
        Graph graph = _net.Classify(x, 4);
        Zero(graph, "a", 1, 2);
        Zero(graph, "depthwise", 2, 3, 4, 5);
        Zero(graph, "b", 3);

        AssertRemovedExactly(graph, "0.25", ("a", 6), ("depthwise", 12), ("b", 3), ("last", 3));
        Assert.Equal(6, Find(graph, "depthwise").Attributes.GetInt("group", 1));
    }

    [Fact]
    public void Concatenated_branches_are_pruned_each_by_itself()
    {
        Value x = _net.Input(1, 3, 7, 7);
        Value both = _net.Graph.Add("Concat", "both", [_net.Conv("a", x, 3, 4), _net.Conv("b", x, 3, 8)], new AttributeMap { { "axis", 1L } });
        Graph graph = _net.Classify(_net.Conv("c", _net.Add("Relu", both), 12, 4), 4);
        Zero(graph, "a", 3);
        Zero(graph, "b", 0, 5);
        Zero(graph, "c", 1);

        AssertRemovedExactly(graph, "0.25", ("a", 3), ("b", 6), ("c", 3));
    }

    [Fact]
    public void Constants_with_a_value_per_channel_are_shortened()
    {
        Value x = _net.Conv("a", _net.Input(1, 3, 7, 7), 3, 8);
        x = _net.Graph.Add("PRelu", "prelu", [x, _net.Constant(8, 1, 1)]);
        x = _net.Graph.Add("BatchNormalization", "bn", [x, _net.Constant(8), _net.Graph.AddConstant("zero", new Tensor(DType.F32, [8])), _net.Graph.AddConstant("mean", new Tensor(DType.F32, [8])), _net.Graph.AddConstant("variance", Tensor.Vector<float>(1, 2, 3, 4, 5, 6, 7, 8))]);
        x = _net.Graph.Add("Mul", "scale", [_net.Graph.AddConstant("two", Tensor.Scalar(2f)), x]);
        Graph graph = _net.Classify(x, 8);
        Zero(graph, "a", 0, 4);

        AssertRemovedExactly(graph, "0.25", ("a", 6));
    }

    [Fact]
    public void A_squeeze_and_excite_block_keeps_its_gate_and_its_channels_together()
    {
        Value x = _net.Conv("a", _net.Input(1, 3, 7, 7), 3, 8);
        Value gate = _net.Graph.Add("Conv", "down", [_net.Graph.Add("ReduceMean", "mean", [x, _net.Graph.AddConstant("axes", Tensor.Vector<long>(2, 3))], new AttributeMap { { "keepdims", 1L } }), _net.Constant(4, 8, 1, 1)]);
        gate = _net.Add("Sigmoid", _net.Conv("up", _net.Add("Relu", gate), 4, 8, kernel: 1));
        Graph graph = _net.Classify(_net.Graph.Add("Mul", "gated", [x, gate]), 8);
        Zero(graph, "a", 3, 6);
        Zero(graph, "up", 3, 6);
        Zero(graph, "down", 2);

        AssertRemovedExactly(graph, "0.25", ("a", 6), ("up", 6), ("down", 3));
    }

    [Fact]
    public void Of_equal_filters_the_last_ones_go()
    {
        Value conv = _net.Graph.Add("Conv", "a", [_net.Input(1, 1, 4, 4), _net.Graph.AddConstant("w", Tensor.Create<float>([1, 1, 1, 1], 4, 1, 1, 1)), _net.Graph.AddConstant("b", Tensor.Vector<float>(1, 2, 3, 4))]);
        Value last = _net.Graph.Add("Conv", "last", [conv, _net.Graph.AddConstant("v", Tensor.Create<float>([1, 1, 1, 1], 1, 4, 1, 1))]);
        _net.Graph.AddOutput("y", last);
        Graph graph = _net.Finish();

        Prune(graph, "0.5");

        Assert.Equal([1f, 2f], Find(graph, "a").Input(2).Constant!.Span<float>().ToArray());
    }

    [Fact]
    public void No_layer_loses_its_last_filter()
    {
        Graph graph = _net.Classify(_net.Conv("b", _net.Conv("a", _net.Input(1, 3, 5, 5), 3, 2), 2, 100), 100);

        Prune(graph, "0.99");

        Assert.Equal(1, Filters(graph, "a"));
        Assert.Equal(1, Filters(graph, "b"));
        PlanAgainstReference.Check(graph);
    }

    [Fact]
    public void An_excluded_layer_keeps_its_filters_without_a_warning()
    {
        Graph graph = _net.Classify(_net.Conv("b", _net.Conv("a", _net.Input(1, 3, 5, 5), 3, 8), 8, 8), 8);

        IReadOnlyList<Diagnostic> warnings = Prune(graph, "0.5", "a*");

        Assert.Empty(warnings);
        Assert.Equal(8, Filters(graph, "a"));
        Assert.Equal(4, Filters(graph, "b"));
    }

    [Fact]
    public void The_last_layer_keeps_its_filters_without_a_warning_whatever_follows_it()
    {
        Value x = _net.Add("Flatten", _net.Conv("a", _net.Input(1, 3, 4, 4), 3, 8));
        _net.Graph.AddOutput("y", _net.Add("Softmax", _net.Gemm("last", x, 128, 4)));
        Graph graph = _net.Finish();

        Assert.Empty(Prune(graph, "0.5"));
        Assert.Equal(4, Filters(graph, "a"));
        Assert.Equal(4, Filters(graph, "last"));
    }

    [Fact]
    public void A_layer_behind_an_operator_without_a_rule_stays_whole_and_is_named()
    {
        Value a = _net.Conv("a", _net.Input(1, 3, 5, 5), 3, 8);
        Value norm = _net.Graph.Add("Softmax", "soft", [a], new AttributeMap { { "axis", 1L } });
        Value grouped = _net.Conv("grouped", _net.Conv("b", norm, 8, 8), 8, 8, group: 2);
        Graph graph = _net.Classify(_net.Conv("c", grouped, 8, 8), 8);

        IReadOnlyList<Diagnostic> warnings = Prune(graph, "0.5");

        Diagnostic warning = Assert.Single(warnings);
        Assert.Equal(Descriptors.LayersLeftWhole, warning.Descriptor);
        Assert.Contains("'a' (Softmax 'soft'", warning.Message, StringComparison.Ordinal);
        Assert.Contains("'b' (Conv 'grouped'", warning.Message, StringComparison.Ordinal);
        Assert.Contains("'grouped' (it has 2 groups)", warning.Message, StringComparison.Ordinal);
        Assert.Equal([8, 8, 4], new[] { "a", "b", "c" }.Select(n => Filters(graph, n)));
        PlanAgainstReference.Check(graph);
    }

    [Fact]
    public void Nothing_to_remove_is_an_error_with_the_reasons()
    {
        Value conv = _net.Conv("a", _net.Input(1, 3, 5, 5), 3, 8);
        _net.Graph.AddOutput("y", _net.Conv("b", _net.Add("Relu", conv), 8, 2));
        Graph graph = _net.Finish();

        string few = Errors.Expect(Descriptors.PruneUnsupportedGraph, () => Prune(graph, "0.1"));
        string excluded = Errors.Expect(Descriptors.PruneUnsupportedGraph, () => Prune(graph, "0.5", "Conv"));

        Assert.Contains("0.1 of 8 filters is less than one", few, StringComparison.Ordinal);
        Assert.Contains("'b' (they are the model's output 'y')", few, StringComparison.Ordinal);
        Assert.Contains("PruneExclude names 'a'", excluded, StringComparison.Ordinal);
        Assert.Equal(8, Filters(graph, "a"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void With_calibration_data_a_filter_that_others_can_stand_for_is_made_up_for(int pad)
    {
        Value a = _net.Graph.Add("Conv", "a", [_net.Input(1, 3, 6, 6), _net.Constant(4, 3, 1, 1), _net.Constant(4)]);
        Value b = _net.Graph.Add("Conv", "b", [_net.Add("Relu", a), _net.Constant(4, 4, 3, 3), _net.Constant(4)], new AttributeMap { { "pads", [pad, pad, pad, (long)pad] } });
        Graph graph = _net.Classify(b, 4);

        // The third filter is a tenth of the first: the weakest, and not zero.
        float[] w = Find(graph, "a").Input(1).Constant!.Span<float>().ToArray();
        float[] v = Find(graph, "a").Input(2).Constant!.Span<float>().ToArray();
        Array.ForEach([0, 1, 2], i => w[6 + i] = w[i] / 10);
        v[2] = v[0] / 10;
        Find(graph, "a").SetInput(1, graph.AddConstant("w", Tensor.Create<float>(w, 4, 3, 1, 1)));
        Find(graph, "a").SetInput(2, graph.AddConstant("v", Tensor.Vector<float>(v)));
        Tensor[][] samples = [.. Enumerable.Range(0, 8).Select(s => new[] { PlanAgainstReference.Filled(new Random(s), 1, 3, 6, 6) })];
        Graph whole = GraphClone.Clone(graph);
        Graph plain = GraphClone.Clone(graph);

        Prune(plain, "0.25", "b");
        new ChannelPruning().Apply(graph, "0.25", new PruningContext(new NodeFilter(["b"]), samples, g => new ReferenceRunner(g)), default);

        Assert.Equal(3, Filters(graph, "a"));
        Tensor input = PlanAgainstReference.Filled(new Random(99), 1, 3, 6, 6);
        double unrepaired = Distance(whole, plain, input);
        Assert.InRange(Distance(whole, graph, input), 0, unrepaired * RepairedPart);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-0.3")]
    [InlineData("many")]
    public void A_wrong_part_is_refused(string argument) => Assert.NotNull(new ChannelPruning().Check(argument));

    private static IReadOnlyList<Diagnostic> Prune(Graph graph, string part, params string[] exclude)
    {
        IReadOnlyList<Diagnostic> warnings = new ChannelPruning().Apply(graph, part, PruningContext.WithoutData(new NodeFilter(exclude)), default);
        GraphVerifier.Verify(graph);
        return warnings;
    }

    /// <summary>The layer named 'fixed', if any, is excluded.</summary>
    private static void AssertRemovedExactly(Graph graph, string part, params (string Name, long Filters)[] layers)
    {
        Tensor input = PlanAgainstReference.Filled(new Random(9), graph.Inputs[0].Type.Shape!.ToArray());
        Graph whole = GraphClone.Clone(graph);

        Assert.Empty(Prune(graph, part, "fixed"));

        Assert.All(layers, l => Assert.Equal(l.Filters, Filters(graph, l.Name)));
        Assert.Equal(ReferenceEvaluator.Run(whole, [input])[0].Span<float>().ToArray(), ReferenceEvaluator.Run(graph, [input])[0].Span<float>().ToArray());
        PlanAgainstReference.Check(graph);
    }

    private static double Distance(Graph a, Graph b, Tensor input) => ReferenceEvaluator.Run(a, [input])[0].ToDoubleArray().Zip(ReferenceEvaluator.Run(b, [input])[0].ToDoubleArray(), (x, y) => Math.Abs(x - y)).Max();
}
