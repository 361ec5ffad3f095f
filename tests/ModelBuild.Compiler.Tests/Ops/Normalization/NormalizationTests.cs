using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Normalization;

public sealed class NormalizationTests
{
    [RealModelTheory]
    [InlineData("instancenorm_example")]
    [InlineData("instancenorm_epsilon")]
    [InlineData("group_normalization_example")]
    [InlineData("group_normalization_epsilon")]
    [InlineData("lrn")]
    [InlineData("lrn_default")]
    [InlineData("mvn")]
    [InlineData("l1normalization_axis_0")]
    [InlineData("l1normalization_axis_1")]
    [InlineData("l1normalization_axis_last")]
    [InlineData("l2normalization_axis_0")]
    [InlineData("l2normalization_axis_1")]
    [InlineData("lpnormalization_default")]
    [InlineData("rms_normalization_2d_axis0")]
    [InlineData("rms_normalization_3d_axis1_epsilon")]
    [InlineData("rms_normalization_4d_axis_negative_2")]
    [InlineData("rms_normalization_default_axis")]
    public void Published_results_are_met(string name) => PublishedCases.Check($"test_{name}");

    [Fact]
    public void Layers_of_one_row_are_centred_and_scaled()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 2)));
        Value y = graph.Add("LayerNormalization", "norm", [x, graph.AddConstant("s", Tensor.Vector<float>(2, 3)), graph.AddConstant("b", Tensor.Vector<float>(10, 20))], new AttributeMap { { "epsilon", 0f } });

        Tensor result = y.Producer!.Op!.Evaluate(new EvaluationContext(y.Producer, [Tensor.Create<float>([1, 3, 5, 1], 2, 2), y.Producer.Input(1).Constant, y.Producer.Input(2).Constant]))[0];

        // Each row has the mean 2 or 3 and the deviation 1 or 2.
        Assert.Equal([8f, 23f, 12f, 17f], result.Span<float>().ToArray());
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    public void Plans_of_layer_normalisation_agree_with_the_reference(int axis, int parameterRank)
    {
        Random random = new(axis + 2);
        for (int i = 0; i < 3; i++)
        {
            long[] dims = [random.Next(1, 4), random.Next(1, 6), random.Next(1, 8), random.Next(1, 40)];
            Graph graph = Input(dims, out Value x);
            Value scale = graph.AddConstant("s", PlanAgainstReference.Filled(random, dims[^parameterRank..]));
            Value bias = graph.AddConstant("b", PlanAgainstReference.Filled(random, dims[^parameterRank..]));
            graph.AddOutput("y", graph.Add("LayerNormalization", "norm", [x, scale, bias], new AttributeMap { { "axis", axis } }));
            graph.AddOutput("z", graph.Add("RMSNormalization", "rms", [x, scale], new AttributeMap { { "axis", axis } }));

            PlanAgainstReference.Check(graph, i);
        }
    }

    [Theory]
    [InlineData("InstanceNormalization", 1)]
    [InlineData("GroupNormalization", 3)]
    [InlineData("GroupNormalization", 6)]
    public void Plans_of_channel_normalisation_agree_with_the_reference(string opType, int groups)
    {
        Random random = new(groups);
        foreach (long[] dims in new[] { new long[] { 2, 6, 5, 7 }, [1, 6, 1, 9], [3, 6, 11], [1, 6, 3, 3, 3] })
        {
            Graph graph = Input(dims, out Value x);
            graph.AddOutput("y", Channels(graph, opType, groups, x, random));

            PlanAgainstReference.Check(graph, (int)dims[0]);
        }
    }

    [Theory]
    [InlineData("InstanceNormalization", "GroupNorm.NhwcF32")]
    [InlineData("GroupNormalization", "GroupNorm.NhwcF32")]
    [InlineData("LRN", "LocalResponseNorm.F32")]
    public void Between_convolutions_normalisation_keeps_the_layout_of_the_kernels(string opType, string kernel)
    {
        Random random = new(5);
        Graph graph = Input([1, 3, 7, 9], out Value x);
        Value a = graph.Add("Conv", "a", [x, graph.AddConstant("a_w", PlanAgainstReference.Filled(random, 6, 3, 3, 3))]);
        Value norm = opType == "LRN" ? graph.Add("LRN", "norm", [a], new AttributeMap { { "size", 3 } }) : Channels(graph, opType, 2, a, random);
        graph.AddOutput("y", graph.Add("Conv", "b", [norm, graph.AddConstant("b_w", PlanAgainstReference.Filled(random, 4, 6, 1, 1))]));

        CompiledModel model = PlanAgainstReference.Check(graph);

        Assert.Single(model.Plan.Steps, s => s.Kernel == kernel);
        Assert.Equal(2, model.Plan.Steps.Count(s => s.Kernel == "Transpose.Run"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(1)]
    public void Plans_of_local_response_normalisation_agree_with_the_reference(int size)
    {
        Graph graph = Input([2, 7, 3, 5], out Value x);
        graph.AddOutput("y", graph.Add("LRN", "norm", [x], new AttributeMap { { "size", size }, { "alpha", 0.5f }, { "beta", 0.6f }, { "bias", 2f } }));

        PlanAgainstReference.Check(graph, size);
    }

    [Theory]
    [InlineData(0, 2, 3)]
    [InlineData(2, 3)]
    [InlineData(1)]
    public void Plans_of_mean_variance_normalisation_agree_with_the_reference(params int[] axes)
    {
        foreach (long[] dims in new[] { new long[] { 2, 3, 5, 4 }, [1, 3, 7, 2] })
        {
            Graph graph = Input(dims, out Value x);
            graph.AddOutput("y", graph.Add("MeanVarianceNormalization", "norm", [x], new AttributeMap { { "axes", [.. axes.Select(a => (long)a)] } }));

            PlanAgainstReference.Check(graph, axes.Length);
        }
    }

    [Fact]
    public void The_mean_alone_can_be_wanted()
    {
        Tensor x = Tensor.Create<float>([1, 2, 3, 6, 0, 0, 0, 4], 2, 4);
        Graph graph = Input([2, 4], out Value input);
        Node node = graph.AddNode("", "LayerNormalization", "norm", [input, graph.AddConstant("s", Tensor.Vector<float>(1, 1, 1, 1))], ["y", "mean"]);
        graph.AddOutput("mean", node.Outputs[1]!);
        TypeInference.Run(graph);
        Tensor mean = Assert.Single(OpHarness.RunPlan(graph, [x]));
        Assert.Equal([2L, 1L], mean.Dims.ToArray());
        Assert.Equal([3f, 1f], mean.Span<float>().ToArray());
        Assert.Equal([3f, 1f], ReferenceEvaluator.Run(graph, [x])[0].Span<float>().ToArray());
    }

    [Fact]
    public void A_wanted_mean_of_another_type_is_an_error()
    {
        Graph graph = Input([2, 4], out Value x);
        Node node = graph.AddNode("", "LayerNormalization", "norm", [x, graph.AddConstant("s", Tensor.Vector<float>(1, 1, 1, 1))], ["y", "mean"], new AttributeMap { { "stash_type", 11L } });
        graph.AddOutput("mean", node.Outputs[1]!);

        Assert.Equal(Descriptors.UnsupportedAttribute, Assert.Throws<ModelBuildException>(() => TypeInference.Run(graph)).Diagnostics[0].Descriptor);
    }

    [Theory]
    [InlineData("InstanceNormalization", 1, 5)]
    [InlineData("GroupNormalization", 4, 6)]
    [InlineData("GroupNormalization", 0, 6)]
    public void Parameters_that_do_not_fit_the_channels_are_an_error(string opType, int groups, int count)
    {
        Graph graph = Input([1, 6, 4], out Value x);
        Value scale = graph.AddConstant("s", new Tensor(DType.F32, [count]));
        graph.AddOutput("y", graph.Add(opType, "norm", [x, scale, scale], new AttributeMap { { "num_groups", groups } }));

        Assert.Contains(Assert.Throws<ModelBuildException>(() => TypeInference.Run(graph)).Diagnostics[0].Descriptor, new[] { Descriptors.ShapeMismatch, Descriptors.InvalidNode });
    }

    [Theory]
    [InlineData("LRN", "size", 0)]
    [InlineData("LpNormalization", "p", 3)]
    public void An_attribute_out_of_range_is_an_error(string opType, string attribute, int value)
    {
        Graph graph = Input([1, 6, 4], out Value x);
        graph.AddOutput("y", graph.Add(opType, "norm", [x], new AttributeMap { { attribute, value } }));

        Assert.Equal(Descriptors.UnsupportedAttribute, Assert.Throws<ModelBuildException>(() => TypeInference.Run(graph)).Diagnostics[0].Descriptor);
    }

    private static Value Channels(Graph graph, string opType, int groups, Value x, Random random) => graph.Add(
        opType, "norm", [x, graph.AddConstant("s", PlanAgainstReference.Filled(random, 6)), graph.AddConstant("b", PlanAgainstReference.Filled(random, 6))], new AttributeMap { { "num_groups", groups } });

    private static Graph Input(long[] dims, out Value x)
    {
        Graph graph = new(Operators.Set);
        x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(dims)));
        return graph;
    }
}
