using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops;

/// <summary>Convolutions and pools over three spatial axes.</summary>
public sealed class VolumeTests
{
    [Theory]
    [InlineData(3, 1, 1, 1, 1)]
    [InlineData(3, 2, 1, 1, 2)]
    [InlineData(2, 1, 0, 2, 4)]
    [InlineData(1, 2, 0, 1, 1)]
    [InlineData(2, 3, 3, 1, 1)]
    public void Convolutions_agree_with_the_reference_and_apply_the_activation(int kernel, int stride, int pad, int dilation, int groups)
    {
        Random random = new(kernel + (10 * stride));
        for (int i = 0; i < 3; i++)
        {
            int inC = 4 * random.Next(1, 3);
            int outC = groups * random.Next(1, 6);
            Graph graph = new(Operators.Set);
            Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(random.Next(1, 3), inC, random.Next(4, 7), random.Next(4, 7), random.Next(4, 7))));
            Value w = graph.AddConstant("w", PlanAgainstReference.Filled(random, outC, inC / groups, kernel, kernel, kernel));
            Value b = graph.AddConstant("b", PlanAgainstReference.Filled(random, outC));
            Value y = graph.Add("Conv", "conv", [x, w, b], new AttributeMap
            {
                { "strides", [stride, 1, stride] }, { "pads", [pad, pad, 0, pad, pad, 1] }, { "dilations", [dilation, 1, dilation] }, { "group", groups },
            });
            graph.AddOutput("y", graph.Add("Relu", "relu", [y]));

            CompiledModel model = PlanAgainstReference.Check(graph, i);

            Assert.Single(model.Plan.Steps, s => s.Kernel == "Conv3D.F32");
            Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel.StartsWith("Unary", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(3, 1, 1, 1, 1)]
    [InlineData(3, 2, 1, 1, 2)]
    [InlineData(2, 3, 0, 1, 1)]
    [InlineData(2, 1, 0, 2, 4)]
    public void Transposed_convolutions_agree_with_the_reference(int kernel, int stride, int pad, int dilation, int groups)
    {
        Random random = new(kernel + (10 * stride));
        for (int i = 0; i < 3; i++)
        {
            int inC = 4 * random.Next(1, 3);
            Graph graph = new(Operators.Set);
            Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(random.Next(1, 3), inC, random.Next(2, 5), random.Next(2, 5), random.Next(2, 5))));
            Value w = graph.AddConstant("w", PlanAgainstReference.Filled(random, inC, random.Next(1, 4), kernel, kernel, kernel));
            graph.AddOutput("y", graph.Add("ConvTranspose", "up", [x, w], new AttributeMap
            {
                { "strides", [stride, stride, 1] }, { "pads", [pad, 0, pad, pad, 0, pad] }, { "output_padding", [stride - 1, 0, 0] }, { "dilations", [dilation, dilation, 1] }, { "group", groups },
            }));

            CompiledModel model = PlanAgainstReference.Check(graph, i);

            Assert.Single(model.Plan.Steps, s => s.Kernel == (stride == 1 ? "Conv3D.F32" : "ConvTranspose3D.F32"));
        }
    }

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    [InlineData("LpPool")]
    public void Pools_agree_with_the_reference(string op)
    {
        foreach (long includePad in new long[] { 0, 1 })
        {
            Graph graph = new(Operators.Set);
            Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 19, 6, 5, 7)));
            AttributeMap attributes = new() { { "kernel_shape", [3, 2, 2] }, { "strides", [2, 1, 2] }, { "pads", [1, 0, 1, 1, 1, 0] }, { "dilations", [1, 2, 1] }, { "ceil_mode", 1 } };
            if (op == "AveragePool")
            {
                attributes["count_include_pad"] = new IntAttribute(includePad);
            }

            graph.AddOutput("y", graph.Add(op, "pool", [x], attributes));

            PlanAgainstReference.Check(graph);
        }
    }

    [Theory]
    [InlineData("GlobalAveragePool")]
    [InlineData("GlobalMaxPool")]
    public void Global_pools_agree_with_the_reference(string op)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 3, 4, 5, 6)));
        graph.AddOutput("y", graph.Add(op, "pool", [x]));

        PlanAgainstReference.Check(graph);
    }

    [Theory]
    [InlineData("Conv", 1)]
    [InlineData("Conv", 2)]
    [InlineData("Conv", 3)]
    [InlineData("ConvTranspose", 1)]
    [InlineData("ConvTranspose", 2)]
    [InlineData("ConvTranspose", 3)]
    public void Computed_weights_are_packed_by_the_plan(string op, int axes)
    {
        foreach (int groups in new[] { 1, 4 })
        {
            Graph graph = new(Operators.Set);
            Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of([2, 4, .. Enumerable.Repeat(5L, axes)])));
            Value w = graph.AddInput("w", new TensorType(DType.F32, Shape.Of([4, 4 / groups, .. Enumerable.Repeat(3L, axes)])));
            Value b = graph.AddInput("b", new TensorType(DType.F32, Shape.Of(4)));
            graph.AddOutput("y", graph.Add(op, "conv", [x, w, b], new AttributeMap { { "group", groups } }));

            CompiledModel model = PlanAgainstReference.Check(graph);

            Assert.Single(model.Plan.Steps, s => s.Kernel.EndsWith(".Pack", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Between_convolutions_the_layout_stays()
    {
        Random random = new(1);
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 2, 5, 6, 7)));
        Value a = graph.Add("Conv", "a", [x, graph.AddConstant("a_w", PlanAgainstReference.Filled(random, 6, 2, 3, 3, 3))]);
        Value pool = graph.Add("MaxPool", "pool", [graph.Add("Relu", "relu", [a])], new AttributeMap { { "kernel_shape", [2, 2, 2] } });
        graph.AddOutput("y", graph.Add("Conv", "b", [pool, graph.AddConstant("b_w", PlanAgainstReference.Filled(random, 4, 6, 1, 2, 2))]));

        CompiledModel model = PlanAgainstReference.Check(graph);

        // One for the input's layout and one for the output's.
        Assert.Equal(2, model.Plan.Steps.Count(s => s.Kernel == "Transpose.Run"));
    }
}
