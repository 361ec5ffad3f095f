using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FuseQuantizedTests
{
    private const float XScale = 2f / 255;
    private const float YScale = 0.05f;

    [Theory]
    [InlineData(false, false, 0, 1)]
    [InlineData(true, false, 0, 1)]
    [InlineData(false, true, 117, 1)]
    [InlineData(true, false, 5, 2)]
    [InlineData(true, false, 0, 8)]
    public void Conv_runs_on_integers(bool signedActivations, bool unsignedWeights, int weightZero, int groups)
    {
        QdqGraph q = new(groups + weightZero);
        Value x = q.Pair(q.Input(1, 8, 6, 5), XScale, signedActivations ? -3 : 125, signedActivations);
        (Value w, float[] scales) = q.Weights(0, unsignedWeights, weightZero, 8, 8 / groups, 3, 3);
        Value y = q.Graph.Add("Conv", "conv", [x, w, q.Bias(XScale, scales)], new AttributeMap { { "pads", [1L, 1, 1, 1] }, { "group", (long)groups } });

        string[] kernels = q.Check(q.Pair(q.Graph.Add("Relu", "relu", [y]), YScale, signedActivations ? -128 : 0, signedActivations), YScale, 1);

        Assert.Contains(groups == 8 ? "DepthwiseConvU8S8.ToU8" : "ConvU8S8.ToU8", kernels);
        Assert.DoesNotContain("Conv.F32", kernels);
        Assert.DoesNotContain("WinogradConv.F32", kernels);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(21)]
    public void Depthwise_weights_may_have_a_zero_point(int channels)
    {
        QdqGraph q = new(3);
        (Value w, _) = q.Weights(0, true, 117, channels, 1, 3, 3);
        Value y = q.Graph.Add("Conv", "conv", [q.Pair(q.Input(1, channels, 6, 5), XScale, 125), w], new AttributeMap { { "group", (long)channels }, { "pads", [1L, 0, 1, 2] } });

        string[] kernels = q.Check(q.Pair(y, YScale, 128), YScale, 1);

        Assert.Contains("DepthwiseConvU8S8.ToU8", kernels);
        Assert.DoesNotContain("DepthwiseConv.F32", kernels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void A_line_runs_on_integers(int groups)
    {
        QdqGraph q = new(4);
        Value x = q.Pair(q.Input(2, 6, 19), XScale, 120);
        (Value w, float[] scales) = q.Weights(0, false, 0, 6, 6 / groups, 3);
        Value y = q.Graph.Add("Conv", "conv", [x, w, q.Bias(XScale, scales)], new AttributeMap { { "pads", [1L, 2] }, { "strides", [2L] }, { "kernel_shape", [3L] }, { "group", (long)groups } });
        y = q.Pair(q.Graph.Add("Relu", "relu", [y]), YScale, 0);
        y = q.Pair(q.Graph.Add("AveragePool", "pool", [y], new AttributeMap { { "kernel_shape", [2L] }, { "strides", [2L] } }), YScale, 0);

        string[] kernels = q.Check(q.Pair(q.Graph.Add("GlobalAveragePool", "mean", [y]), YScale / 2, 0), YScale / 2, 2);

        Assert.Equal(
            ["Quantize.F32ToU8", groups == 1 ? "ConvU8S8.ToU8" : "DepthwiseConvU8S8.ToU8", "QuantizedAveragePool.U8", "QuantizedGlobalAveragePool.U8", "Dequantize.U8ToF32"],
            kernels.Where(k => !k.StartsWith("Transpose", StringComparison.Ordinal)));
    }

    [Fact]
    public void Moves_between_the_dequantisation_and_the_operator_are_made_on_bytes()
    {
        QdqGraph q = new(14);
        Value x = q.Pair(q.Input(1, 6, 7, 3), XScale, 120);
        (Value w, float[] scales) = q.Weights(0, false, 0, 5, 3, 3, 3);
        Value image = q.Graph.Add("Transpose", "nchw", [x], new AttributeMap { { "perm", [0L, 3, 1, 2] } });
        Value y = q.Graph.Add("Conv", "conv", [image, w, q.Bias(XScale, scales)]);

        string[] kernels = q.Check(q.Pair(y, YScale, 100), YScale, 1);

        Assert.Equal(["Quantize.F32ToU8", "ConvU8S8.ToU8", "Dequantize.U8ToF32"], kernels.Where(k => !k.StartsWith("Transpose", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_gate_per_channel_multiplies_bytes(bool gateFirst)
    {
        QdqGraph q = new(19);
        Value x = q.Pair(q.Input(1, 6, 5, 4), XScale, 120);
        Value gate = q.Pair(q.Graph.Add("Sigmoid", "sigmoid", [q.Pair(q.Graph.Add("GlobalAveragePool", "mean", [x]), XScale / 2, 128)]), 1f / 255, 0);

        string[] kernels = q.Check(q.Pair(q.Graph.Add("Mul", "mul", gateFirst ? [gate, x] : [x, gate]), XScale / 2, 120), XScale / 2, 1);

        Assert.Contains("QuantizedMul.Run", kernels);
        Assert.DoesNotContain(kernels, k => k.StartsWith("Binary", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("Pad")]
    [InlineData("Resize")]
    [InlineData("Slice")]
    public void What_only_moves_elements_moves_bytes(string op)
    {
        QdqGraph q = new(15);
        Value x = q.Pair(q.Input(1, 4, 6, 8), XScale, 120);
        Value I(params long[] values) => q.Graph.AddConstant("i", Tensor.Vector<long>(values));
        Value y = op switch
        {
            "MaxPool" => q.Graph.Add(op, "y", [x], new AttributeMap { { "kernel_shape", [2L, 2] } }),
            "Pad" => q.Graph.Add(op, "y", [x, I(0, 3, 1, 0, 0, 1, 0, 2)]),
            "Resize" => q.Graph.Add(op, "y", [x, null, q.Graph.AddConstant("s", Tensor.Vector<float>(1, 1, 2, 2))]),
            _ => q.Graph.Add(op, "y", [x, I(1, 2), I(3, 8), I(1, 3)]),
        };

        string[] kernels = q.Check(q.Pair(y, XScale, 120), XScale, 0);

        Assert.Equal("Dequantize.U8ToF32", Assert.Single(kernels, k => k.StartsWith("Dequantize", StringComparison.Ordinal)));
        Assert.Single(kernels, k => k.StartsWith("Quantize", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pair_of_another_scale_behind_a_pair_stays()
    {
        QdqGraph q = new(16);
        Value x = q.Pair(q.Pair(q.Input(1, 4, 6, 8), XScale, 120), XScale, 120);

        Assert.Equal(2, q.Check(q.Pair(x, XScale * 1.5f, 120), XScale * 1.5f, 0).Count(k => k.StartsWith("Quantize.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Padding_by_another_number_stays_in_float()
    {
        QdqGraph q = new(17);
        Value x = q.Pair(q.Input(1, 4, 3, 3), XScale, 120);
        Value y = q.Graph.Add("Pad", "y", [x, q.Graph.AddConstant("i", Tensor.Vector<long>(0, 1, 0, 0, 0, 1, 0, 0)), q.Graph.AddConstant("v", Tensor.Scalar(0.3f))]);

        Assert.Equal(2, q.Check(q.Pair(y, XScale, 120), XScale, 0).Count(k => k.StartsWith("Dequantize.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("HardSwish")]
    [InlineData("LeakyRelu")]
    [InlineData("Clip")]
    [InlineData("Silu")]
    public void A_float_result_takes_the_activation_along(string function)
    {
        QdqGraph q = new(18);
        Value x = q.Pair(q.Input(1, 4, 6, 5), XScale, 120);
        (Value w, float[] scales) = q.Weights(0, false, 0, 8, 4, 3, 3);
        Value y = q.Graph.Add("Conv", "conv", [x, w, q.Bias(XScale, scales)]);
        y = function switch
        {
            "Silu" => q.Graph.Add("Mul", "mul", [y, q.Graph.Add("Sigmoid", "sigmoid", [y])]),
            "Clip" => q.Graph.Add("Clip", "clip", [y, q.Graph.AddConstant("low", Tensor.Scalar(-0.2f)), q.Graph.AddConstant("high", Tensor.Scalar(0.7f))]),
            _ => q.Graph.Add(function, "function", [y]),
        };

        CompiledModel model = PlanAgainstReference.Check(Output(q.Graph, y));

        Assert.Equal(["Quantize.F32ToU8", "ConvU8S8.ToF32"], model.Plan.Steps.Select(s => s.Kernel).Where(k => !k.StartsWith("Transpose", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 130)]
    public void MatMul_runs_on_integers(bool unsignedWeights, int weightZero)
    {
        QdqGraph q = new(11);
        (Value w, _) = q.Weights(1, unsignedWeights, weightZero, 20, 7);
        Value y = q.Graph.Add("MatMul", "matmul", [q.Pair(q.Input(3, 20), XScale, -5, signed: true), w]);

        Assert.Contains("GemmU8S8.ToU8", q.Check(q.Pair(y, YScale, 100), YScale, 1));
    }

    [Fact]
    public void A_residual_block_with_pools_runs_on_integers_from_end_to_end()
    {
        QdqGraph q = new(5);
        Value x = q.Pair(q.Input(1, 8, 8, 8), XScale, 0, signed: true);
        (Value w, float[] scales) = q.Weights(0, false, 0, 8, 8, 3, 3);
        Value conv = q.Pair(q.Graph.Add("Conv", "conv", [x, w, q.Bias(XScale, scales)], new AttributeMap { { "pads", [1L, 1, 1, 1] } }), 0.04f, -10, signed: true);
        Value sum = q.Pair(q.Graph.Add("Relu", "relu", [q.Graph.Add("Add", "add", [conv, x])]), 0.02f, -128, signed: true);
        Value pool = q.Pair(q.Graph.Add("AveragePool", "pool", [sum], new AttributeMap { { "kernel_shape", [3L, 3] }, { "strides", [2L, 2] }, { "pads", [1L, 1, 1, 1] } }), 0.02f, -128, signed: true);
        Value mean = q.Pair(q.Graph.Add("GlobalAveragePool", "mean", [pool]), 0.01f, -128, signed: true);

        string[] kernels = q.Check(mean, 0.01f, 2);

        Assert.Equal(["ConvU8S8.ToU8", "QuantizedAdd.Run", "QuantizedAveragePool.U8", "QuantizedGlobalAveragePool.U8"], kernels.Where(k => k.Contains("U8S8", StringComparison.Ordinal) || k.StartsWith("Quantized", StringComparison.Ordinal)));
        Assert.DoesNotContain(kernels, k => k.StartsWith("Add", StringComparison.Ordinal) || k.StartsWith("AveragePool", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public void Average_pool_counts_padding_as_asked(int includePad, bool ceil)
    {
        QdqGraph q = new(6);
        AttributeMap map = new() { { "kernel_shape", [3L, 2] }, { "strides", [2L, 2] }, { "pads", [1L, 0, 0, 1] }, { "count_include_pad", (long)includePad }, { "ceil_mode", ceil ? 1L : 0L } };
        Value y = q.Graph.Add("AveragePool", "pool", [q.Pair(q.Input(2, 5, 8, 7), XScale, 120)], map);

        Assert.Contains("QuantizedAveragePool.U8", q.Check(q.Pair(y, XScale / 2, 128), XScale / 2, 1));
    }

    [Fact]
    public void Concat_brings_each_input_to_the_scale_of_the_output()
    {
        QdqGraph q = new(8);
        Value x = q.Input(1, 4, 3, 3);
        Value y = q.Graph.Add("Concat", "concat", [q.Pair(x, XScale, 128), q.Pair(q.Graph.Add("Neg", "neg", [x]), XScale / 2, 30)], new AttributeMap { { "axis", 1L } });

        Assert.Equal(2, q.Check(q.Pair(y, XScale, 128), XScale, 0).Count(k => k == "QuantizedConcat.U8"));
    }

    [Fact]
    public void Weights_scaled_along_another_axis_stay_in_float()
    {
        QdqGraph q = new(12);
        (Value w, _) = q.Weights(0, false, 0, 8, 8);
        Value y = q.Graph.Add("MatMul", "matmul", [q.Pair(q.Input(3, 8), XScale, 128), w]);

        Assert.Contains("Gemm.F32", q.Check(q.Pair(y, YScale, 100), YScale, 1));
    }

    private static Graph Output(Graph graph, Value y)
    {
        graph.AddOutput("y", y);
        return graph;
    }
}
