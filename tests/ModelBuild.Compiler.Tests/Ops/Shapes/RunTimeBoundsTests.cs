using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning.Sizes;

namespace ModelBuild.Compiler.Tests.Ops.Shapes;

/// <summary>Bounds, parts, depths and numbers of elements that a call gives: each plan against the reference evaluation, and what is refused in the call.</summary>
public sealed class RunTimeBoundsTests
{
    [Theory]
    [InlineData(DType.F32, 0, 1)]
    [InlineData(DType.I64, 1, 0)]
    [InlineData(DType.U8, -1, 1)]
    public void As_many_elements_are_taken_as_the_call_says(DType type, int axis, int largest)
    {
        AttributeMap attributes = new() { { "axis", (long)axis }, { "largest", (long)largest } };
        Tensor x = OpHarness.Counting(type, 4, 4, 4);
        CompiledModel model = CountedHarness.CheckNode("TopK", attributes, 2, [.. Enumerable.Range(0, 5).Select(k => (Tensor?[])[x, Tensor.Vector((long)k)])]);
        Assert.Equal(4, PlanBound(model));
        CountedHarness.Refuses("TopK", attributes, 2, [x, Tensor.Vector(1L)], "TopK: k is 5, but the axis has 4", x, Tensor.Vector(5L));
        CountedHarness.Refuses("TopK", attributes, 2, [x, Tensor.Vector(1L)], "TopK: k is -1", x, Tensor.Vector(-1L));
    }

    [Fact]
    public void The_bounds_of_a_slice_may_all_come_with_the_call()
    {
        Tensor x = OpHarness.Counting(DType.F32, 4, 5, 6);
        Random random = new(1);
        List<Tensor?[]> calls = [];
        for (int i = 0; i < 60; i++)
        {
            long[] axes = random.Next(2) == 0 ? [0, -1] : [2, 1];
            calls.Add([x, Draw(random), Draw(random), Tensor.Vector(axes), Tensor.Vector((long)(random.Next(2) == 0 ? random.Next(1, 4) : -random.Next(1, 4)), 1L)]);
        }

        calls.Add([x, Tensor.Vector(long.MinValue, 0L), Tensor.Vector(long.MaxValue, long.MaxValue), Tensor.Vector(0L, 1L), Tensor.Vector(1L, long.MaxValue)]);
        calls.Add([x, Tensor.Vector(long.MaxValue, 0L), Tensor.Vector(long.MinValue, long.MaxValue), Tensor.Vector(0L, 1L), Tensor.Vector(-1L, 1L)]);
        CountedHarness.CheckNode("Slice", [], 1, calls);
    }

    [Theory]
    [InlineData(DType.I64)]
    [InlineData(DType.I32)]
    public void The_axes_of_a_slice_may_be_constant(DType index)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.U8, new Shape(3, 4, 5)));
        Value starts = graph.AddInput("starts", new TensorType(index, new Shape(2)));
        Value ends = graph.AddInput("ends", new TensorType(index, new Shape(2)));
        graph.AddOutput("y", graph.Add("Slice", "slice", [x, starts, ends, graph.AddConstant("axes", Ints(index, 2, 0))]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Equal(2, model.Plan.Dims.Count);
        Random random = new(2);
        for (int i = 0; i < 30; i++)
        {
            CountedHarness.Check(graph, model, OpHarness.Counting(DType.U8, 3, 4, 5), Ints(index, random.Next(-6, 6), random.Next(-6, 6)), Ints(index, random.Next(-6, 8), random.Next(-6, 8)));
        }
    }

    [Fact]
    public void Bounds_that_make_no_slice_are_refused_in_the_call()
    {
        Tensor x = OpHarness.Counting(DType.F32, 3, 4);
        Tensor zero = Tensor.Vector(0L, 0L);
        Tensor[] typical = [x, zero, zero, Tensor.Vector(0L, 1L), Tensor.Vector(1L, 1L)];
        CountedHarness.Refuses("Slice", [], 1, typical, "Slice: a step is 0", x, zero, zero, Tensor.Vector(0L, 1L), Tensor.Vector(1L, 0L));
        CountedHarness.Refuses("Slice", [], 1, typical, "Slice: a tensor of rank 2 has no axis 2", x, zero, zero, Tensor.Vector(0L, 2L), Tensor.Vector(1L, 1L));
        CountedHarness.Refuses("Slice", [], 1, typical, "Slice: the axis 1 is named twice", x, zero, zero, Tensor.Vector(1L, -1L), Tensor.Vector(1L, 1L));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_tensor_is_cut_into_the_parts_that_the_call_names(int axis)
    {
        AttributeMap attributes = new() { { "axis", (long)axis } };
        Tensor x = OpHarness.Counting(DType.I32, 6, 3, 6);
        (long A, long B, long C)[] parts = [(2, 2, 2), (6, 0, 0), (0, 0, 6), (1, 4, 1), (3, 0, 3)];
        CompiledModel model = CountedHarness.CheckNode("Split", attributes, 3, [.. parts.Select(p => (Tensor?[])[x, Tensor.Vector(p.A, p.B, p.C)])]);
        Assert.Equal(3, model.Plan.Dims.Count);
        Tensor[] typical = [x, Tensor.Vector(2L, 2L, 2L)];
        CountedHarness.Refuses("Split", attributes, 3, typical, "Split: the sizes of the parts add up to 5, but the axis has 6", x, Tensor.Vector(2L, 2L, 1L));
        CountedHarness.Refuses("Split", attributes, 3, typical, "Split: a part of -1", x, Tensor.Vector(-1L, 6L, 1L));
    }

    [Fact]
    public void A_part_that_nobody_wants_is_not_written()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(2, 5)));
        Value sizes = graph.AddInput("sizes", new TensorType(DType.I64, new Shape(3)));
        Node split = graph.AddNode("", "Split", "split", [x, sizes], ["a", "b", "c"], new AttributeMap { { "axis", 1L } });
        graph.AddOutput("y", graph.Add("Concat", "joined", [split.Outputs[2]!, split.Outputs[0]!], new AttributeMap { { "axis", 1L } }));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        foreach (long[] parts in (long[][])[[1, 2, 2], [0, 5, 0], [5, 0, 0], [2, 0, 3]])
        {
            CountedHarness.Check(graph, model, OpHarness.Counting(DType.F32, 2, 5), Tensor.Vector(parts));
        }
    }

    [Theory]
    [InlineData(DType.I64, 0)]
    [InlineData(DType.F32, -1)]
    [InlineData(DType.I32, 1)]
    public void The_depth_of_a_one_hot_axis_comes_with_the_call(DType type, int axis)
    {
        AttributeMap attributes = new() { { "axis", (long)axis } };
        Tensor indices = Tensor.Create<long>([0, 3, -2, 7, 1, -9], 2, 3);
        Tensor values = Tensor.Vector(-1f, 4f);
        CountedHarness.CheckNode("OneHot", attributes, 1, [.. ((double[])[0, 1, 4, 9, 2.75]).Where(d => type == DType.F32 || d % 1 == 0).Select(d => (Tensor?[])[indices, One(type, d), values])]);
        CountedHarness.Refuses("OneHot", attributes, 1, [indices, One(type, 1), values], "OneHot: the depth is -3", indices, One(type, -3), values);
    }

    private static long PlanBound(CompiledModel model) => model.Plan.Dims.Single().Bound!.Evaluate([]);

    private static Tensor Draw(Random random) => Tensor.Vector((long)random.Next(-8, 9), random.Next(-8, 9));

    private static Tensor Ints(DType type, params int[] values) => type == DType.I32 ? Tensor.Vector<int>(values) : Tensor.Vector<long>([.. values.Select(v => (long)v)]);

    private static Tensor One(DType type, double value) => type switch
    {
        DType.I64 => Tensor.Scalar((long)value),
        DType.I32 => Tensor.Vector((int)value),
        _ => Tensor.Scalar((float)value),
    };
}
