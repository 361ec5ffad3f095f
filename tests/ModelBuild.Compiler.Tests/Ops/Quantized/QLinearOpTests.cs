using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Ops.Quantized;

public sealed class QLinearOpTests
{
    [Fact]
    public void Matrix_product_is_that_of_the_integers()
    {
        Graph graph = new(Operators.Set);
        Value a = graph.AddInput("a", new TensorType(DType.U8, Shape.Of([1, 2])));
        Value y = graph.Add("QLinearMatMul", "y", [a, F(0.5f), U8(10), graph.AddConstant("b", new Tensor(DType.I8, [2, 1], [2, 0xFD])), F(0.25f), I8(1), F(0.125f), U8(100)]);

        // (14 - 10) * (2 - 1) + (7 - 10) * (-3 - 1) = 16 steps of 0.5 * 0.25, each one step of the output.
        Assert.Equal([116], Run(graph, y, new Tensor(DType.U8, [1, 2], [14, 7])));

        Value F(float v) => graph.AddConstant("s", Tensor.Scalar(v));
        Value U8(byte v) => graph.AddConstant("z", Tensor.Scalar(v));
        Value I8(sbyte v) => graph.AddConstant("z", Tensor.Scalar(v));
    }

    [Fact]
    public void Convolution_adds_its_bias_in_steps_of_the_products_and_rounds_half_to_even()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.I8, Shape.Of([1, 1, 1, 2])));
        Value[] c = [.. new[] { Tensor.Scalar(1f), Tensor.Scalar((sbyte)1), new Tensor(DType.I8, [2, 1, 1, 1], [1, 3]), Tensor.Vector(1f, 0.5f), Tensor.Scalar((sbyte)0), Tensor.Scalar(2f), Tensor.Scalar((sbyte)0), Tensor.Vector(0, 2) }
            .Select((t, i) => graph.AddConstant($"c{i}", t))];
        Value y = graph.Add("QLinearConv", "y", [x, .. c]);

        // Channel 0: (4 - 1) / 2 = 1.5 and (6 - 1) / 2 = 2.5, both to 2. Channel 1: (9 + 2) / 4 = 2.75 and (15 + 2) / 4 = 4.25.
        Assert.Equal([2, 2, 3, 4], Run(graph, y, new Tensor(DType.I8, [1, 1, 1, 2], [4, 6])));
    }

    [Fact]
    public void Addition_brings_both_operands_to_the_scale_of_the_output()
    {
        Graph graph = new(Operators.Set);
        Value a = graph.AddInput("a", new TensorType(DType.U8, Shape.Of([2])));
        Value[] c = [.. new[] { Tensor.Scalar(1f), Tensor.Scalar((byte)0), Tensor.Vector((byte)3), Tensor.Scalar(0.5f), Tensor.Scalar((byte)1), Tensor.Scalar(2f), Tensor.Scalar((byte)7) }.Select((t, i) => graph.AddConstant($"c{i}", t))];
        Value y = graph.AddNode("com.microsoft", "QLinearAdd", "y", [a, .. c], ["y"]).Output;

        // (5 + 1) / 2 + 7 and (255 + 1) / 2 + 7.
        Assert.Equal([10, 135], Run(graph, y, new Tensor(DType.U8, [2], [5, 255])));
    }

    [Fact]
    public void Softmax_before_opset_13_over_several_axes_is_refused()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.U8, Shape.Of([1, 2, 3])));
        Value[] c = [.. new[] { Tensor.Scalar(1f), Tensor.Scalar((byte)0), Tensor.Scalar(1f / 256), Tensor.Scalar((byte)0) }.Select((t, i) => graph.AddConstant($"c{i}", t))];
        Node node = graph.AddNode("com.microsoft", "QLinearSoftmax", "y", [x, .. c], ["y"], new AttributeMap { { "opset", 12L }, { "axis", 1L } });
        graph.AddOutput("y", node.Output);

        Assert.Contains("axis", Errors.Expect(Descriptors.UnsupportedAttribute, () => TypeInference.Run(graph)), StringComparison.Ordinal);
    }

    private static long[] Run(Graph graph, Value y, Tensor x)
    {
        graph.AddOutput("y", y);
        TypeInference.Run(graph);
        Tensor result = ReferenceEvaluator.Run(graph, [x])[0];
        Assert.Equal(result.Type, y.Type);
        return result.ToInt64Array();
    }
}
