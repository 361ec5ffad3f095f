using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Vision;

/// <summary>Operators that cut, pool, place or select regions.</summary>
public sealed class RegionTests
{
    [Theory]
    [InlineData("avg", "half_pixel", 2)]
    [InlineData("avg", "output_half_pixel", 0)]
    [InlineData("max", "half_pixel", 0)]
    [InlineData("max", "output_half_pixel", 3)]
    public void Pooled_regions_agree_with_the_reference(string mode, string coordinates, int samples)
    {
        Tensor x = PlanAgainstReference.Filled(new Random(1), 2, 3, 7, 6);
        Tensor rois = Tensor.Create<float>([0, 0, 11, 13, 2.5f, 3, 6, 5.5f, -3, -4, 4, 30, 5, 5, 5, 5], 4, 4);
        AttributeMap attributes = new()
        {
            { "mode", mode }, { "coordinate_transformation_mode", coordinates }, { "sampling_ratio", samples }, { "output_height", 3 }, { "output_width", 2 }, { "spatial_scale", 0.5f },
        };

        OpHarness.Run("RoiAlign", attributes, [x, rois, Tensor.Vector<long>(1, 0, 1, 0)]);
    }

    [Fact]
    public void A_region_of_one_element_is_that_element()
    {
        Tensor x = OpHarness.Counting(DType.F32, 1, 1, 3, 3);
        Tensor y = OpHarness.Run("RoiAlign", new AttributeMap { { "sampling_ratio", 1 } }, [x, Tensor.Create<float>([1, 2, 2, 3], 1, 4), Tensor.Vector<long>(0)])[0];
        Assert.Equal([8f], y.Span<float>().ToArray());
    }

    [Fact]
    public void A_region_of_no_image_is_an_error()
    {
        Tensor[] inputs = [new(DType.F32, [1, 1, 3, 3]), new(DType.F32, [1, 4]), Tensor.Vector<long>(1)];
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("RoiAlign", [], inputs));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("RoiAlign", new AttributeMap { { "mode", "sum" } }, inputs));
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 1, false)]
    [InlineData(1, 2, true)]
    [InlineData(2, 4, true)]
    public void Deformable_convolutions_agree_with_the_reference(int groups, int offsetGroups, bool hasMask)
    {
        Random random = new(groups);
        Tensor x = PlanAgainstReference.Filled(random, 2, 4, 6, 5);
        Tensor w = PlanAgainstReference.Filled(random, 6, 4 / groups, 3, 2);
        Tensor offset = PlanAgainstReference.Filled(random, 2, offsetGroups * 12, 3, 6);
        foreach (ref float value in offset.MutableSpan<float>())
        {
            value *= 3;
        }

        Tensor[] variables = hasMask
            ? [x, w, offset, PlanAgainstReference.Filled(random, 6), PlanAgainstReference.Filled(random, 2, offsetGroups * 6, 3, 6)]
            : [x, w, offset];
        AttributeMap attributes = new() { { "group", groups }, { "offset_group", offsetGroups }, { "strides", [2, 1] }, { "pads", [1, 1, 1, 1] } };

        OpHarness.Run("DeformConv", attributes, variables);
        OpHarness.Run("DeformConv", attributes, [x], [w, .. variables[2..]]);
    }

    [Fact]
    public void Without_offsets_a_deformable_convolution_is_a_convolution()
    {
        Random random = new(3);
        Tensor x = PlanAgainstReference.Filled(random, 1, 3, 5, 5);
        Tensor w = PlanAgainstReference.Filled(random, 2, 3, 3, 3);
        AttributeMap attributes = new() { { "dilations", [2, 1] }, { "pads", [1, 1, 1, 1] } };

        OpHarness.AssertEqual(OpHarness.Run("Conv", attributes, [x], [w]), OpHarness.Run("DeformConv", attributes, [x], [w, new Tensor(DType.F32, [1, 18, 3, 5])]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("DeformConv", attributes, [x], [w, new Tensor(DType.F32, [1, 18, 3, 4])]));
    }

    [Fact]
    public void Blocks_add_up_to_the_image_in_any_number_of_axes()
    {
        foreach (long[] image in new[] { new long[] { 6 }, [5, 6], [4, 5, 6] })
        {
            int n = image.Length;
            AttributeMap attributes = new() { { "pads", [.. Enumerable.Repeat(1L, 2 * n)] }, { "strides", [.. Enumerable.Repeat(2L, n)] }, { "dilations", [.. Enumerable.Repeat(2L, n)] } };
            long blocks = image.Aggregate(1L, (a, size) => a * (((size + 2 - 3) / 2) + 1));
            foreach (DType type in new[] { DType.F32, DType.I32 })
            {
                Tensor x = OpHarness.Counting(type, 2, 3 * (1 << n), blocks);
                OpHarness.Run("Col2Im", attributes, [x], [Tensor.Vector(image), Tensor.Vector<long>([.. Enumerable.Repeat(2L, n)])]);
            }
        }

        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("Col2Im", [], [new Tensor(DType.F32, [1, 4, 3])], [Tensor.Vector<long>(3, 3), Tensor.Vector<long>(2, 2)]));
    }

    [Theory]
    [InlineData(new long[] { 3, 3 }, null, new float[] { 2, 3, 4, 7, 8, 9, 12, 13, 14 })]
    [InlineData(new long[] { 2 }, new long[] { 1 }, new float[] { 2, 3, 7, 8, 12, 13 })]
    [InlineData(new long[] { 6 }, new long[] { -2 }, new float[] { 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void The_centre_stays(long[] shape, long[]? axes, float[] expected)
    {
        AttributeMap attributes = [];
        if (axes is not null)
        {
            attributes["axes"] = new IntsAttribute(axes);
        }

        Assert.Equal(expected, OpHarness.Run("CenterCropPad", attributes, [OpHarness.Counting(DType.F32, 3, 5)], [Tensor.Vector(shape)])[0].Span<float>().ToArray());
    }

    [Fact]
    public void Boxes_that_overlap_a_better_one_are_dropped()
    {
        Tensor boxes = Tensor.Create<float>([0, 0, 1, 1, 1, 1.1f, 0, 0.1f, 5, 5, 6, 6], 1, 3, 4);
        Tensor scores = Tensor.Create<float>([0.5f, 0.9f, 0.9f], 1, 1, 3);
        Tensor?[] constants = [Tensor.Vector<long>(5), Tensor.Vector(0.5f), Tensor.Vector(0.1f)];

        Tensor y = Evaluate("NonMaxSuppression", [], [boxes, scores, .. constants], 1)[0];

        Assert.Equal([2, 3], y.Dims.ToArray());
        Assert.Equal([0, 0, 1, 0, 0, 2], y.Span<long>().ToArray());
        Assert.Equal(0, Evaluate("NonMaxSuppression", [], [boxes, scores], 1)[0].Count);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 100)]
    [InlineData(0, 3)]
    public void A_selection_at_run_time_agrees_with_ONNX_Runtime(long isCentre, long most)
    {
        Random random = new(7);
        Tensor boxes = Tensor.Create<float>([.. Enumerable.Range(0, 2 * 40 * 4).Select(_ => random.NextSingle())], 2, 40, 4);
        Tensor scores = Tensor.Create<float>([.. Enumerable.Range(0, 2 * 3 * 40).Select(_ => random.NextSingle())], 2, 3, 40);
        Graph graph = OpHarness.GraphOf("NonMaxSuppression", new AttributeMap { { "center_point_box", isCentre } }, [boxes, scores], [Tensor.Vector(most), Tensor.Vector(0.3f), Tensor.Vector(0.4f)]);
        TypeInference.Run(graph);
        Tensor[] expected = OnnxRuntimeReference.Run(graph, [boxes, scores]);
        Assert.True(expected[0].Dims[0] > 10);
        OpHarness.AssertEqual(expected, OpHarness.RunPlan(graph, [boxes, scores]));
    }

    internal static Tensor[] Evaluate(string op, AttributeMap attributes, Tensor?[] inputs, int outputs)
    {
        Graph graph = OpHarness.GraphOf(op, attributes, [], inputs, outputs);
        return graph.Nodes[0].Op!.Evaluate(new EvaluationContext(graph.Nodes[0], inputs));
    }
}
