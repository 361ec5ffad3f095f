using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Contrib;

/// <summary>Fused products, convolutions, activations and moves against ONNX Runtime.</summary>
public sealed class ContribFusedTests
{
    [Theory]
    [InlineData("Relu", new float[0], false)]
    [InlineData("Tanh", new float[0], true)]
    [InlineData("Sigmoid", new float[0], false)]
    [InlineData("LeakyRelu", new[] { 0.3f }, false)]
    [InlineData("Clip", new[] { -0.2f, 0.4f }, true)]
    [InlineData("HardSigmoid", new[] { 0.3f, 0.4f }, false)]
    public void FusedConv(string activation, float[] parameters, bool adds)
    {
        AttributeMap attributes = new() { { "activation", activation }, { "kernel_shape", [3L, 3L] }, { "pads", [1L, 1L, 1L, 1L] }, { "group", 2L } };
        if (parameters.Length > 0)
        {
            attributes.Add("activation_params", new FloatsAttribute(parameters));
        }

        Tensor?[] inputs = [ContribCheck.Random(1, 2, 4, 6, 5), ContribCheck.Random(2, 6, 2, 3, 3), ContribCheck.Random(3, 6), adds ? ContribCheck.Random(4, 2, 6, 6, 5) : null];
        ContribCheck.Run("FusedConv", attributes, adds ? inputs : inputs[..3], adds ? [0, 3] : [0]);
    }

    [Theory]
    [InlineData("Relu", 0L, 0L, 1f, 1f)]
    [InlineData("LeakyRelu", 0L, 1L, 0.5f, 2f)]
    [InlineData("Sigmoid", 1L, 0L, 1f, 1f)]
    public void FusedGemm(string activation, long transA, long transB, float alpha, float beta)
    {
        AttributeMap attributes = new() { { "activation", activation }, { "activation_alpha", 0.2f }, { "transA", transA }, { "transB", transB }, { "alpha", alpha }, { "beta", beta } };
        Tensor a = transA == 0 ? ContribCheck.Random(1, 3, 5) : ContribCheck.Random(1, 5, 3);
        Tensor b = transB == 0 ? ContribCheck.Random(2, 5, 4) : ContribCheck.Random(2, 4, 5);
        ContribCheck.Run("FusedGemm", attributes, [a, b, ContribCheck.Random(3, 4)], [0]);
    }

    [Theory]
    [InlineData(0L, 0L, 0L, 0L, "2,3,4,5", "2,3,5,6")]
    [InlineData(1L, 0L, 0L, 0L, "2,3,5,4", "2,3,5,6")]
    [InlineData(0L, 1L, 0L, 0L, "2,3,4,5", "2,3,6,5")]
    [InlineData(1L, 1L, 0L, 0L, "5,4", "6,5")]
    [InlineData(0L, 0L, 1L, 1L, "4,2,3,5", "5,2,3,6")]
    [InlineData(1L, 1L, 1L, 1L, "5,2,3,4", "6,2,3,5")]
    [InlineData(0L, 1L, 0L, 0L, "3,4,5", "6,5")]
    public void FusedMatMul(long transA, long transB, long batchA, long batchB, string a, string b)
    {
        AttributeMap attributes = new() { { "transA", transA }, { "transB", transB }, { "transBatchA", batchA }, { "transBatchB", batchB }, { "alpha", 0.25f } };
        ContribCheck.Run("FusedMatMul", attributes, [ContribCheck.Random(1, Dims(a)), ContribCheck.Random(2, Dims(b))], [0, 1]);
    }

    [Theory]
    [InlineData("Gelu", false)]
    [InlineData("BiasGelu", true)]
    [InlineData("FastGelu", false)]
    [InlineData("FastGelu", true)]
    [InlineData("QuickGelu", false)]
    public void Gelu(string op, bool hasBias)
    {
        Tensor x = ContribCheck.Random(1, 3, 7);
        x = Tensor.Create<float>([.. x.Span<float>().ToArray().Select(v => v * 5)], 3, 7);
        ContribCheck.Run(op, [], hasBias ? [x, ContribCheck.Random(2, 7)] : [x], [0]);
    }

    [Fact]
    public void QuickGeluTakesAFactor() => ContribCheck.Run("QuickGelu", new AttributeMap { { "alpha", 1f } }, [ContribCheck.Random(1, 9)], [0]);

    [Theory]
    [InlineData("constant", false)]
    [InlineData("constant", true)]
    [InlineData("reflect", false)]
    [InlineData("edge", false)]
    public void Pad(string mode, bool hasValue)
    {
        Tensor pads = Tensor.Vector<long>(0, 1, 2, 1, 0, 1);
        ContribCheck.Run("Pad", new AttributeMap { { "mode", mode } }, hasValue ? [ContribCheck.Random(1, 2, 3, 4), pads, Tensor.Vector(2.5f)] : [ContribCheck.Random(1, 2, 3, 4), pads], [0]);
    }

    [Theory]
    [InlineData(DType.U8)]
    [InlineData(DType.I8)]
    public void NhwcMaxPool(DType type)
    {
        AttributeMap attributes = new() { { "kernel_shape", [3L, 2L] }, { "strides", [2L, 1L] }, { "pads", [1L, 0L, 1L, 1L] } };
        ContribCheck.Run("NhwcMaxPool", attributes, [ContribCheck.RandomBytes(1, type, 2, 7, 6, 5)], [0]);
    }

    [Fact]
    public void UnknownActivationsAreRefused()
    {
        Tensor x = ContribCheck.Random(1, 2, 2);
        Assert.Contains("Softsign", ContribCheck.Refuses(Descriptors.UnsupportedAttribute, "FusedGemm", new AttributeMap { { "activation", "Softsign" } }, x, x), StringComparison.Ordinal);
    }

    [Fact]
    public void ProductsStayStandardOperatorsForLaterStages()
    {
        Graph graph = new(Compiler.Ops.Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(new Dim("n"), new Dim("m"), 5)));
        Value y = graph.AddNode("com.microsoft", "FusedMatMul", "f", [x, graph.AddConstant("w", ContribCheck.Random(2, 3, 5))], ["y"], new AttributeMap { { "transB", 1L } }).Output;
        graph.AddOutput("y", y);
        Compiler.Passes.PassRunner.Run(graph, Compiler.Passes.PassPipelines.Optimize, default);
        Assert.Equal(["MatMul"], graph.Nodes.Select(n => n.OpType));
        Assert.Equal("[n,m,3]", graph.Outputs[0].Value.Type.Shape!.ToString());
    }

    private static long[] Dims(string text) => [.. text.Split(',').Select(long.Parse)];
}
