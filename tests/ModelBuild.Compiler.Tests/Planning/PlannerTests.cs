using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning;

public sealed class PlannerTests
{
    private readonly Random _random = new(7);

    [Theory]
    [InlineData(1, 1, 0, 1)]
    [InlineData(3, 1, 1, 1)]
    [InlineData(3, 2, 1, 1)]
    [InlineData(5, 1, 2, 1)]
    [InlineData(3, 1, 1, 6)]
    [InlineData(3, 1, 1, 2)]
    public void A_convolution_with_batch_normalisation_and_activation_is_one_step(int kernel, int stride, int pad, int group)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", Static(1, 6, 9, 11));
        Value conv = Conv(graph, "conv", x, 6, 12 / (group == 6 ? 2 : 1), kernel, stride, pad, group);
        Value norm = graph.Add("BatchNormalization", "bn", [conv, Constant(graph, 0.5f, Channels(conv)), Constant(graph, 0, Channels(conv)), Constant(graph, 0, Channels(conv)), Constant(graph, 1.5f, Channels(conv))]);
        graph.AddOutput("y", graph.Add("Relu", "relu", [norm]));

        CompiledModel model = PlanAgainstReference.Check(graph);

        Assert.Single(model.Plan.Steps, s => s.Kernel is "Conv.F32" or "DepthwiseConv.F32");
        Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel.StartsWith("Unary", StringComparison.Ordinal) || s.Kernel.StartsWith("BatchNorm", StringComparison.Ordinal));
    }

    [Fact]
    public void A_residual_block_adds_inside_the_convolution_and_needs_no_transpose_between()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", Static(1, 8, 10, 10));
        Value a = graph.Add("Relu", "a_relu", [Conv(graph, "a", x, 8, 8, 3, 1, 1, 1)]);
        Value b = Conv(graph, "b", a, 8, 8, 3, 1, 1, 1);
        Value sum = graph.Add("Relu", "sum_relu", [graph.Add("Add", "sum", [b, a])]);
        graph.AddOutput("y", graph.Add("GlobalAveragePool", "gap", [sum]));

        CompiledModel model = PlanAgainstReference.Check(graph);

        Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel.StartsWith("Binary", StringComparison.Ordinal));
        Assert.Equal(1, model.Plan.Steps.Count(s => s.Kernel == "Transpose.Run"));
    }

    [Fact]
    public void An_intermediate_value_that_is_an_output_keeps_its_convolution_unfused()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", Static(1, 3, 7, 7));
        Value conv = Conv(graph, "conv", x, 3, 5, 3, 1, 1, 1);
        graph.AddOutput("raw", conv);
        graph.AddOutput("y", graph.Add("Relu", "relu", [conv]));

        PlanAgainstReference.Check(graph);
    }

    [Fact]
    public void Pools_concatenation_and_softmax_agree()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", Static(1, 4, 12, 12));
        AttributeMap Window(string pads) => new() { { "kernel_shape", [3L, 3] }, { "strides", [2L, 2] }, { "pads", pads == "pad" ? [1L, 1, 1, 1] : [0L, 0, 0, 0] }, { "ceil_mode", 1L } };
        Value max = graph.Add("MaxPool", "max", [x], Window("pad"));
        Value average = graph.Add("AveragePool", "average", [x], Window("pad"));
        Value both = graph.Add("Concat", "both", [max, average], new AttributeMap { { "axis", 1L } });
        graph.AddOutput("y", graph.Add("Softmax", "soft", [both], new AttributeMap { { "axis", 1L } }));

        PlanAgainstReference.Check(graph);
    }

    [Fact]
    public void A_flattened_image_keeps_the_order_of_the_source_layout()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", Static(1, 3, 6, 5));
        Value conv = Conv(graph, "conv", x, 3, 4, 3, 1, 0, 1);
        Value flat = graph.Add("Flatten", "flat", [conv]);
        Value w = graph.AddConstant("w", PlanAgainstReference.Filled(_random, 7, 48));
        graph.AddOutput("y", graph.Add("Gemm", "fc", [flat, w, graph.AddConstant("b", PlanAgainstReference.Filled(_random, 7))], new AttributeMap { { "transB", 1L } }));

        PlanAgainstReference.Check(graph);
    }

    [Fact]
    public void Live_buffers_never_overlap()
    {
        Random random = new(3);
        for (int round = 0; round < 200; round++)
        {
            PlanMemoryClass[] classes = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => Memory(random))];
            long size = ArenaPlanner.Place(classes);
            foreach (PlanMemoryClass a in classes)
            {
                Assert.True(a.Offset % 64 == 0 && a.Offset + a.Bytes <= size);
                foreach (PlanMemoryClass b in classes)
                {
                    bool together = a != b && a.FirstUse <= b.LastUse && b.FirstUse <= a.LastUse;
                    Assert.False(together && a.Offset < b.Offset + b.Bytes && b.Offset < a.Offset + a.Bytes);
                }
            }
        }
    }

    [Fact]
    public void Unknown_operators_are_all_listed_with_count_and_first_node()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", Static(1, 4));
        Value a = graph.Add("NoSuchOperator", "a", [x]);
        Value b = graph.Add("NoSuchOperator", "b", [a]);
        graph.AddOutput("y", graph.Add("NeitherThisOne", "c", [b]));

        ModelBuild.Compiler.Diagnostics.ModelBuildException error = Assert.Throws<ModelBuild.Compiler.Diagnostics.ModelBuildException>(() => Planner.Plan(graph));

        Assert.Equal(2, error.Diagnostics.Count);
        Assert.Contains("'NoSuchOperator' (2 nodes, first 'a')", error.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Contains("'NeitherThisOne' (1 node, first 'c')", error.Diagnostics[1].Message, StringComparison.Ordinal);
    }

    private static TensorType Static(params long[] dims) => new(DType.F32, Shape.Of(dims));

    private static long Channels(Value conv) => conv.Producer!.Input(1).Constant!.Dims[0];

    private static PlanMemoryClass Memory(Random random)
    {
        PlanMemoryClass memory = new(random.Next(1, 5000)) { Memory = PlanMemory.Arena };
        int first = random.Next(20);
        memory.Touch(first, read: false);
        memory.Touch(first + random.Next(8), read: true);
        return memory;
    }

    private static Value Constant(Graph graph, float value, long count) => graph.AddConstant("c", Tensor.Vector<float>([.. Enumerable.Repeat(value, (int)count)]));

    private Value Conv(Graph graph, string name, Value x, int inC, int outC, int kernel, int stride, int pad, int group) => graph.Add(
        "Conv", name, [x, graph.AddConstant(name + "_w", PlanAgainstReference.Filled(_random, outC, inC / group, kernel, kernel)), graph.AddConstant(name + "_b", PlanAgainstReference.Filled(_random, outC))],
        new AttributeMap { { "strides", [(long)stride, stride] }, { "pads", [(long)pad, pad, pad, pad] }, { "group", (long)group } });
}
