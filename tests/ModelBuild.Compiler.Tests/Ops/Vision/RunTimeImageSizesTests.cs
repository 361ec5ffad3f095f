using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning.Sizes;

namespace ModelBuild.Compiler.Tests.Ops.Vision;

/// <summary>Sizes of images that a call gives.</summary>
public sealed class RunTimeImageSizesTests
{
    [Fact]
    public void Each_axis_is_cut_or_padded_as_the_call_needs_it()
    {
        Tensor x = OpHarness.Counting(DType.F32, 5, 4, 3);
        (long A, long B)[] sizes = [(5, 3), (2, 8), (9, 1), (0, 3), (4, 4), (1, 0), (10, 6)];
        AttributeMap attributes = new() { { "axes", new IntsAttribute([0, -1]) } };
        CompiledModel model = CountedHarness.CheckNode("CenterCropPad", attributes, 1, [.. sizes.Select(s => (Tensor?[])[x, Tensor.Vector(s.A, s.B)])]);
        Assert.Equal(2, model.Plan.Dims.Count);
        CountedHarness.CheckNode("CenterCropPad", new AttributeMap { { "axes", new IntsAttribute([2, 0]) } }, 1, [.. sizes.Select(s => (Tensor?[])[x, Tensor.Vector(s.A, s.B)])]);
        CountedHarness.CheckNode("CenterCropPad", [], 1, [.. sizes.Select(s => (Tensor?[])[x, Tensor.Vector((int)s.B, (int)s.A, 2)])]);
        CountedHarness.Refuses("CenterCropPad", attributes, 1, [x, Tensor.Vector(1L, 1L)], "CenterCropPad: a size is -2", x, Tensor.Vector(1L, -2L));
    }

    [Fact]
    public void A_cut_to_the_size_of_what_was_counted_is_compiled()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(7)));
        Value found = graph.Add("Compress", "found", [x, graph.Add("Greater", "isBig", [x, graph.AddConstant("half", Tensor.Scalar(0.5f))])]);
        Value cut = graph.Add("CenterCropPad", "cut", [graph.AddInput("z", new TensorType(DType.F32, new Shape(3))), graph.Add("Shape", "size", [found])]);
        graph.AddOutput("y", graph.Add("Add", "sum", [found, cut]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        for (int seed = 0; seed < 8; seed++)
        {
            Random random = new(seed);
            CountedHarness.Check(graph, model, Tensor.Vector<float>([.. Enumerable.Range(0, 7).Select(_ => random.NextSingle() * (seed + 1) / 4)]), Tensor.Vector(1f, 2f, 3f));
        }
    }

    [Fact]
    public void Blocks_are_added_to_an_image_of_the_size_that_the_call_gives()
    {
        AttributeMap attributes = new() { { "pads", new IntsAttribute([0, 1, 0, 1]) } };
        Tensor x = OpHarness.Counting(DType.F32, 2, 12, 12);
        CountedHarness.CheckNode(
            "Col2Im", attributes, 1, [x, Tensor.Vector(4L, 3L), Tensor.Vector(1L, 3L)], [x, Tensor.Vector(5L, 2L), Tensor.Vector(2L, 2L)]);
        CountedHarness.Refuses("Col2Im", attributes, 1, [x, Tensor.Vector(4L, 3L), Tensor.Vector(1L, 3L)], "Col2Im: 12 rows of 12 columns are not", x, Tensor.Vector(5L, 3L), Tensor.Vector(1L, 3L));
        CountedHarness.Refuses("Col2Im", attributes, 1, [x, Tensor.Vector(4L, 3L), Tensor.Vector(1L, 3L)], "Col2Im: a block of 6", x, Tensor.Vector(4L, 3L), Tensor.Vector(6L, 3L));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_grid_is_as_large_as_the_call_says(int alignCorners)
    {
        AttributeMap attributes = new() { { "align_corners", (long)alignCorners } };
        Random random = new(3);
        Tensor flat = Planning.PlanAgainstReference.Filled(random, [2, 2, 3]);
        Tensor deep = Planning.PlanAgainstReference.Filled(random, [1, 3, 4]);
        CountedHarness.CheckNode("AffineGrid", attributes, 1, [flat, Tensor.Vector(2L, 3L, 4L, 5L)], [flat, Tensor.Vector(2L, 1L, 1L, 1L)], [flat, Tensor.Vector(2L, 3L, 17L, 2L)]);
        CountedHarness.CheckNode("AffineGrid", attributes, 1, [deep, Tensor.Vector(1L, 1L, 2L, 3L, 4L)], [deep, Tensor.Vector(1L, 5L, 1L, 6L, 1L)]);
        CountedHarness.Refuses("AffineGrid", attributes, 1, [flat, Tensor.Vector(2L, 1L, 1L, 1L)], "AffineGrid: a size is 0", flat, Tensor.Vector(2L, 1L, 1L, 0L));
        CountedHarness.Refuses("AffineGrid", attributes, 1, [flat, Tensor.Vector(2L, 1L, 1L, 1L)], "AffineGrid: the batch is 1, but there are 2 maps", flat, Tensor.Vector(1L, 1L, 1L, 1L));
    }
}
