using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Resizing;

public sealed class ResizeTests
{
    [RealModelTheory]
    [InlineData("upsample_scales_nearest")]
    [InlineData("upsample_scales_nearest_axes_2_3")]
    [InlineData("upsample_scales_nearest_axes_3_2")]
    [InlineData("upsample_sizes_nearest")]
    [InlineData("upsample_sizes_nearest_axes_2_3")]
    [InlineData("upsample_sizes_nearest_axes_3_2")]
    [InlineData("upsample_sizes_nearest_not_larger")]
    [InlineData("upsample_sizes_nearest_not_smaller")]
    [InlineData("upsample_sizes_nearest_ceil_half_pixel")]
    [InlineData("upsample_sizes_nearest_floor_align_corners")]
    [InlineData("upsample_sizes_nearest_round_prefer_ceil_asymmetric")]
    [InlineData("downsample_scales_nearest")]
    [InlineData("downsample_sizes_nearest")]
    [InlineData("downsample_sizes_nearest_not_larger")]
    [InlineData("downsample_sizes_nearest_not_smaller")]
    [InlineData("upsample_scales_linear")]
    [InlineData("upsample_scales_linear_align_corners")]
    [InlineData("upsample_scales_linear_half_pixel_symmetric")]
    [InlineData("downsample_scales_linear")]
    [InlineData("downsample_scales_linear_half_pixel_symmetric")]
    [InlineData("downsample_sizes_linear_pytorch_half_pixel")]
    [InlineData("upsample_scales_cubic")]
    [InlineData("upsample_scales_cubic_align_corners")]
    [InlineData("upsample_scales_cubic_asymmetric")]
    [InlineData("upsample_scales_cubic_A_n0p5_exclude_outside")]
    [InlineData("upsample_sizes_cubic")]
    [InlineData("downsample_scales_cubic")]
    [InlineData("downsample_scales_cubic_A_n0p5_exclude_outside")]
    [InlineData("downsample_sizes_cubic")]
    [InlineData("tf_crop_and_resize")]
    [InlineData("tf_crop_and_resize_axes_2_3")]
    [InlineData("tf_crop_and_resize_axes_3_2")]
    [InlineData("tf_crop_and_resize_extrapolation_value")]
    [InlineData("downsample_scales_linear_antialias")]
    [InlineData("downsample_sizes_linear_antialias")]
    [InlineData("downsample_scales_cubic_antialias")]
    [InlineData("downsample_sizes_cubic_antialias")]
    public void Published_results_are_met(string name) => PublishedCases.Check($"test_resize_{name}");

    [Theory]
    [InlineData("nearest", "asymmetric", "floor", new float[] { 1, 1, 2, 2, 3, 3 })]
    [InlineData("nearest", "half_pixel", "round_prefer_floor", new float[] { 1, 1, 2, 2, 3, 3 })]
    [InlineData("linear", "half_pixel", "floor", new[] { 1, 1.25f, 1.75f, 2.25f, 2.75f, 3 })]
    [InlineData("linear", "align_corners", "floor", new[] { 1, 1.4f, 1.8f, 2.2f, 2.6f, 3 })]
    [InlineData("linear", "asymmetric", "floor", new[] { 1, 1.5f, 2, 2.5f, 3, 3 })]
    [InlineData("cubic", "align_corners", "floor", new[] { 1, 1.316f, 1.728f, 2.272f, 2.684f, 3 })]
    public void Three_elements_become_six(string mode, string coordinates, string rounding, float[] expected)
    {
        Graph graph = Graph([1, 3], mode, coordinates, rounding, scales: [1, 2]);
        Node node = graph.Nodes[0];

        Tensor y = node.Op!.Evaluate(new EvaluationContext(node, [Tensor.Create<float>([1, 2, 3], 1, 3), null, node.Input(2).Constant]))[0];

        Assert.Equal([1, 6], y.Dims.ToArray());
        Assert.All(expected.Zip(y.Span<float>().ToArray()), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    [Theory]
    [CombinatorialModes]
    public void Plans_agree_with_the_reference_in_every_mode(string mode, string coordinates, string rounding)
    {
        Random random = new(mode.Length + coordinates.Length);
        for (int i = 0; i < 4; i++)
        {
            long[] dims = [random.Next(1, 3), random.Next(1, 5), random.Next(1, 9), random.Next(1, 9)];
            PlanAgainstReference.Check(Graph(dims, mode, coordinates, rounding, sizes: [dims[0], dims[1], random.Next(1, 17), random.Next(1, 17)]));
            PlanAgainstReference.Check(Graph(dims, mode, coordinates, rounding, scales: [1, 1, 2, 1.5f]));
            PlanAgainstReference.Check(Graph([.. dims, 3], mode, coordinates, rounding, sizes: [dims[0], dims[1] + 1, dims[2] + 2, dims[3] + 3, 2]));
        }
    }

    [Theory]
    [InlineData("nearest")]
    [InlineData("linear")]
    public void Between_convolutions_it_runs_without_transposes(string mode)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 3, 7, 9)));
        Value a = graph.Add("Conv", "a", [x, graph.AddConstant("a_w", PlanAgainstReference.Filled(new Random(1), 8, 3, 3, 3))]);
        Value big = graph.Add("Resize", "big", [a, null, graph.AddConstant("scales", Tensor.Vector<float>(1, 1, 2, 2))], new AttributeMap { { "mode", mode } });
        Value b = graph.Add("Conv", "b", [big, graph.AddConstant("b_w", PlanAgainstReference.Filled(new Random(2), 4, 8, 3, 3))]);
        graph.AddOutput("y", b);

        CompiledModel model = PlanAgainstReference.Check(graph);

        // One for the input's layout and one for the output's.
        Assert.Equal(2, model.Plan.Steps.Count(s => s.Kernel == "Transpose.Run"));
        Assert.Single(model.Plan.Steps, s => s.Kernel.StartsWith("Resize", StringComparison.Ordinal));
    }

    [Fact]
    public void A_symbolic_batch_stays_symbolic()
    {
        Graph graph = Graph([1, 3, 4, 4], "nearest", "asymmetric", "floor", scales: [1, 1, 2, 2]);
        graph.Inputs[0].Type = new TensorType(DType.F32, new Shape(new Dim("n"), 3, 4, new Dim("w")));

        TypeInference.Run(graph);

        Assert.Equal(new Shape(new Dim("n"), 3, 8, Dim.Unknown), graph.Outputs[0].Value.Type.Shape);
    }

    [Theory]
    [InlineData("mode", "area")]
    [InlineData("coordinate_transformation_mode", "other")]
    [InlineData("nearest_mode", "other")]
    [InlineData("keep_aspect_ratio_policy", "other")]
    public void An_unknown_attribute_value_is_an_error(string attribute, string value)
    {
        Graph graph = Graph([1, 3], "nearest", "half_pixel", "floor", scales: [1, 2]);
        graph.Nodes[0].Attributes[attribute] = new StringAttribute(value);

        ModelBuildException error = Assert.Throws<ModelBuildException>(() => TypeInference.Run(graph));

        Assert.Equal(Descriptors.UnsupportedAttribute, error.Diagnostics[0].Descriptor);
        Assert.Contains(value, error.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linear", false)]
    [InlineData("linear", true)]
    [InlineData("cubic", false)]
    [InlineData("cubic", true)]
    [InlineData("nearest", false)]
    public void Antialias_widens_the_filter_where_an_axis_shrinks(string mode, bool excludeOutside)
    {
        foreach (long[] sizes in new[] { new long[] { 1, 2, 3, 2 }, [1, 2, 9, 4], [1, 2, 5, 20] })
        {
            Graph graph = Graph([1, 2, 9, 7], mode, "half_pixel", "floor", sizes: sizes);
            graph.Nodes[0].Attributes["antialias"] = new IntAttribute(1);
            graph.Nodes[0].Attributes["exclude_outside"] = new IntAttribute(excludeOutside ? 1 : 0);
            PlanAgainstReference.Check(graph);
        }
    }

    [Fact]
    public void Antialias_averages_what_it_leaves_out()
    {
        Graph graph = Graph([1, 4], "linear", "half_pixel", "floor", scales: [1, 0.5f]);
        Node node = graph.Nodes[0];
        node.Attributes["antialias"] = new IntAttribute(1);

        Tensor y = node.Op!.Evaluate(new EvaluationContext(node, [Tensor.Create<float>([8, 0, 0, 0], 1, 4), null, node.Input(2).Constant]))[0];

        // Weights 1/8, 3/8, 3/8 and 1/8 around the position 0.5; the outermost element stands for the one before it.
        Assert.All(new[] { 4f, 0f }.Zip(y.Span<float>().ToArray()), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    [Theory]
    [InlineData("nearest")]
    [InlineData("linear")]
    [InlineData("cubic")]
    public void A_region_that_leaves_the_operand_is_filled(string mode)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 2, 5, 4)));
        Value roi = graph.AddConstant("roi", Tensor.Vector<float>(0, 0, -0.25f, 0.25f, 1, 1, 0.75f, 1.5f));
        graph.AddOutput("y", graph.Add(
            "Resize", "resize", [x, roi, null, graph.AddConstant("sizes", Tensor.Vector<long>(1, 2, 6, 5))],
            new AttributeMap { { "mode", mode }, { "coordinate_transformation_mode", "tf_crop_and_resize" }, { "extrapolation_value", 10f } }));

        PlanAgainstReference.Check(graph);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Exactly_one_of_scales_and_sizes_is_needed(bool scales, bool sizes)
    {
        Graph graph = Graph([1, 3], "nearest", "half_pixel", "floor", scales ? [1, 2] : null, sizes ? [1, 6] : null);

        ModelBuildException error = Assert.Throws<ModelBuildException>(() => TypeInference.Run(graph));

        Assert.Equal(Descriptors.InvalidNode, error.Diagnostics[0].Descriptor);
    }

    private static Graph Graph(long[] dims, string mode, string coordinates, string rounding, float[]? scales = null, long[]? sizes = null)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(dims)));
        Value? roi = coordinates == "tf_crop_and_resize" ? graph.AddConstant("roi", Tensor.Vector<float>([.. dims.Select(_ => 0.1f), .. dims.Select(_ => 0.9f)])) : null;
        Value? factors = scales is null ? null : graph.AddConstant("scales", Tensor.Vector<float>(scales));
        Value? result = sizes is null ? null : graph.AddConstant("sizes", Tensor.Vector<long>(sizes));
        graph.AddOutput("y", graph.Add("Resize", "resize", [x, roi, factors, result], new AttributeMap { { "mode", mode }, { "coordinate_transformation_mode", coordinates }, { "nearest_mode", rounding } }));
        return graph;
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CombinatorialModesAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from mode in new[] { "nearest", "linear", "cubic" }
            from coordinates in new[] { "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize" }
            from rounding in mode == "nearest" ? new[] { "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" } : ["floor"]
            select new object[] { mode, coordinates, rounding };
    }
}
