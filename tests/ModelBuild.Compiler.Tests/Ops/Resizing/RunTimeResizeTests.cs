using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;
using ModelBuild.Compiler.Tests.Planning.Sizes;

namespace ModelBuild.Compiler.Tests.Ops.Resizing;

/// <summary>Scales, sizes and regions of interest that come with the call, against the reference evaluation.</summary>
public sealed class RunTimeResizeTests
{
    private static readonly string[] s_coordinates = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"];

    [Theory]
    [InlineData("nearest", 0, 0)]
    [InlineData("linear", 0, 0)]
    [InlineData("linear", 1, 0)]
    [InlineData("linear", 0, 1)]
    [InlineData("cubic", 0, 0)]
    [InlineData("cubic", 1, 1)]
    public void Sizes_come_with_the_call_in_every_mode(string mode, int antialias, int excludeOutside)
    {
        Random random = new(mode.Length + antialias);
        Tensor x = PlanAgainstReference.Filled(random, 2, 3, 7, 5);
        foreach (string coordinates in s_coordinates)
        {
            AttributeMap attributes = new() { { "mode", mode }, { "coordinate_transformation_mode", coordinates }, { "antialias", (long)antialias }, { "exclude_outside", (long)excludeOutside } };
            long[][] sizes = [[2, 3, 7, 5], [2, 3, 14, 10], [2, 3, 1, 1], [1, 4, 3, 9], [2, 3, 0, 5], [3, 1, 6, 20]];
            CountedHarness.CheckNode("Resize", attributes, 1, [.. sizes.Select(s => (Tensor?[])[x, null, null, Tensor.Vector(s)])]);
        }
    }

    [Theory]
    [InlineData("nearest", "floor")]
    [InlineData("nearest", "round_prefer_ceil")]
    [InlineData("linear", "floor")]
    [InlineData("cubic", "floor")]
    public void Scales_come_with_the_call(string mode, string rounding)
    {
        Tensor x = PlanAgainstReference.Filled(new Random(4), 1, 2, 6, 9);
        AttributeMap attributes = new() { { "mode", mode }, { "nearest_mode", rounding }, { "axes", [3L, 2L] }, { "coordinate_transformation_mode", "asymmetric" } };
        float[][] scales = [[1, 1], [2, 2], [0.5f, 3], [1.3f, 0.7f], [0.6f, 0.1f], [1f / 3, 4.99f]];
        CompiledModel model = CountedHarness.CheckNode("Resize", attributes, 1, [.. scales.Select(s => (Tensor?[])[x, null, Tensor.Vector(s)])]);
        Assert.Equal(2, model.Plan.Dims.Count);
        Tensor typical = Tensor.Vector(1f, 1f);
        CountedHarness.Refuses("Resize", attributes, 1, [x, null, typical], "Resize: a scale is 0", x, null, Tensor.Vector(1f, 0f));
        CountedHarness.Refuses("Resize", attributes, 1, [x, null, typical], "Resize: a scale is NaN", x, null, Tensor.Vector(1f, float.NaN));
        CountedHarness.Refuses("Resize", attributes, 1, [x, null, null, Tensor.Vector(1L, 1L)], "Resize: a size is -4", x, null, null, Tensor.Vector(-4L, 1L));
    }

    [Theory]
    [InlineData("nearest")]
    [InlineData("linear")]
    [InlineData("cubic")]
    public void A_region_comes_with_the_call(string mode)
    {
        Tensor x = PlanAgainstReference.Filled(new Random(5), 1, 2, 6, 5);
        AttributeMap attributes = new() { { "mode", mode }, { "axes", [2L, 3L] }, { "coordinate_transformation_mode", "tf_crop_and_resize" }, { "extrapolation_value", 10f } };
        (Tensor Roi, Tensor Sizes)[] calls =
        [
            (Tensor.Vector(0f, 0f, 1f, 1f), Tensor.Vector(6L, 5L)), (Tensor.Vector(0.25f, 0.5f, 0.75f, 0.9f), Tensor.Vector(4L, 7L)), (Tensor.Vector(-0.25f, 0.25f, 0.5f, 1.5f), Tensor.Vector(9L, 1L)),
            (Tensor.Vector(0.9f, 1f, 0.2f, 0f), Tensor.Vector(3L, 3L)), (Tensor.Vector(2f, 2f, 3f, 3f), Tensor.Vector(2L, 2L)),
        ];
        CountedHarness.CheckNode("Resize", attributes, 1, [.. calls.Select(c => (Tensor?[])[x, c.Roi, null, c.Sizes])]);
        CountedHarness.CheckNode("Resize", attributes, 1, [.. calls[..3].Select(c => (Tensor?[])[x, c.Roi, Tensor.Vector(1.5f, 0.8f)])]);
    }

    [Fact]
    public void Where_only_the_region_comes_with_the_call_nothing_is_counted()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(1, 2, 6, 5)));
        Value roi = graph.AddInput("roi", new TensorType(DType.F32, new Shape(4)));
        AttributeMap attributes = new() { { "mode", "linear" }, { "axes", [2L, 3L] }, { "coordinate_transformation_mode", "tf_crop_and_resize" } };
        graph.AddOutput("y", graph.Add("Resize", "resize", [x, roi, null, graph.AddConstant("sizes", Tensor.Vector<long>(4, 3))], attributes));
        TypeInference.Run(graph);
        Assert.Equal(Shape.Of(1, 2, 4, 3), graph.Outputs[0].Value.Type.Shape);
        Tensor image = PlanAgainstReference.Filled(new Random(6), 1, 2, 6, 5);
        Tensor region = Tensor.Vector(0.1f, 0.2f, 0.9f, 1.1f);
        OpHarness.AssertEqual(ReferenceEvaluator.Run(graph, [image, region]), OpHarness.RunPlan(graph, [image, region]));
    }

    [Theory]
    [InlineData("not_larger")]
    [InlineData("not_smaller")]
    public void The_aspect_ratio_is_kept(string policy)
    {
        Tensor x = PlanAgainstReference.Filled(new Random(7), 1, 1, 8, 6);
        AttributeMap attributes = new() { { "mode", "linear" }, { "axes", [2L, 3L] }, { "keep_aspect_ratio_policy", policy } };
        long[][] sizes = [[4, 4], [16, 7], [8, 6], [3, 20], [1, 1]];
        CountedHarness.CheckNode("Resize", attributes, 1, [.. sizes.Select(s => (Tensor?[])[x, null, null, Tensor.Vector(s)])]);
    }

    [Fact]
    public void Elements_of_any_type_are_moved()
    {
        foreach (DType type in (DType[])[DType.U8, DType.I64, DType.F64, DType.Bool])
        {
            Tensor x = OpHarness.Counting(type, 1, 3, 4);
            CountedHarness.CheckNode("Resize", new AttributeMap { { "axes", [1L, 2L] } }, 1, [x, null, null, Tensor.Vector(6L, 2L)], [x, null, null, Tensor.Vector(2L, 9L)]);
        }

        Errors.Expect(Descriptors.UnsupportedType, () => CountedHarness.CheckNode("Resize", new AttributeMap { { "mode", "linear" } }, 1, [OpHarness.Counting(DType.F64, 2), null, null, Tensor.Vector(3L)]));
    }

    [Fact]
    public void Of_scales_that_are_joined_the_constant_ones_are_known()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(1, 3, 9, 8)));
        Value factor = graph.AddInput("factor", new TensorType(DType.F32, new Shape(2)));
        Value scales = graph.Add("Concat", "scales", [graph.AddConstant("ones", Tensor.Vector<float>(1, 1)), factor], new AttributeMap { { "axis", 0L } });
        Value a = graph.Add("Conv", "a", [x, graph.AddConstant("a_w", PlanAgainstReference.Filled(new Random(1), 8, 3, 1, 1))]);
        Value big = graph.Add("Resize", "big", [a, null, scales], new AttributeMap { { "mode", "linear" } });
        Value b = graph.Add("Conv", "b", [big, graph.AddConstant("b_w", PlanAgainstReference.Filled(new Random(2), 4, 8, 1, 1))]);
        graph.AddOutput("y", b);
        TypeInference.Run(graph);
        Assert.Equal(new Shape(1, 8, Dim.Unknown, Dim.Unknown), big.Type.Shape);
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Equal(2, model.Plan.Dims.Count);
        foreach (float[] scale in (float[][])[[1, 1], [2, 0.5f], [0.4f, 3.3f]])
        {
            CountedHarness.Check(graph, model, PlanAgainstReference.Filled(new Random(3), 1, 3, 9, 8), Tensor.Vector(scale));
        }
    }

    [Fact]
    public void An_image_becomes_as_large_as_what_was_counted()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(1, 2, 4, 4)));
        Value z = graph.AddInput("z", new TensorType(DType.F32, new Shape(9)));
        Value found = graph.Add("Compress", "found", [z, graph.Add("Greater", "isBig", [z, graph.AddConstant("half", Tensor.Scalar(0.5f))])]);
        Value size = graph.Add("Concat", "size", [graph.AddConstant("known", Tensor.Vector<long>(1, 2, 4)), graph.Add("Shape", "shape", [found])], new AttributeMap { { "axis", 0L } });
        Value wide = graph.Add("Resize", "wide", [x, null, null, size], new AttributeMap { { "mode", "linear" } });
        graph.AddOutput("y", graph.Add("Add", "sum", [wide, found]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Single(model.Plan.Dims);
        for (int seed = 1; seed < 6; seed++)
        {
            Random random = new(seed);
            CountedHarness.Check(graph, model, PlanAgainstReference.Filled(random, 1, 2, 4, 4), Tensor.Vector<float>([1, .. Enumerable.Range(0, 8).Select(_ => random.NextSingle())]));
        }
    }

    [Fact]
    public void What_contradicts_itself_is_an_error()
    {
        Tensor x = OpHarness.Counting(DType.F32, 3, 4);
        Errors.Expect(Descriptors.InvalidNode, () => CountedHarness.CheckNode("Resize", [], 1, [x, null, Tensor.Vector(1f, 1f), Tensor.Vector(3L, 4L)]));
        Errors.Expect(Descriptors.ShapeMismatch, () => CountedHarness.CheckNode("Resize", [], 1, [x, null, null, Tensor.Vector(3L, 4L, 5L)]));
        Errors.Expect(Descriptors.InvalidNode, () => CountedHarness.CheckNode("Resize", new AttributeMap { { "coordinate_transformation_mode", "tf_crop_and_resize" } }, 1, [x, null, null, Tensor.Vector(3L, 4L)]));
    }
}
