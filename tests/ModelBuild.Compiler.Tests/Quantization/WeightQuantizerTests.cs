using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Quantization;

namespace ModelBuild.Compiler.Tests.Quantization;

public sealed class WeightQuantizerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Each_channel_reaches_127_and_errs_by_at_most_half_a_step(int axis)
    {
        Random random = new(7);
        float[] values = [.. Enumerable.Range(0, 6 * 5 * 3).Select(_ => (float)((random.NextDouble() - 0.5) * 8))];
        Tensor weights = Tensor.Create<float>(values, 6, 5, 3);

        (Tensor quantized, float[] scales) = WeightQuantizer.Quantize(Node(), weights, axis);

        int inner = axis == 0 ? 15 : 3;
        Assert.Equal(axis == 0 ? 6 : 5, scales.Length);
        ReadOnlySpan<sbyte> q = quantized.Span<sbyte>();
        int[] largest = new int[scales.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / inner % scales.Length;
            Assert.InRange(q[i], -127, 127);
            Assert.InRange(Math.Abs(values[i] - (q[i] * scales[channel])), 0, scales[channel] * 0.50001f);
            largest[channel] = Math.Max(largest[channel], Math.Abs((int)q[i]));
        }

        Assert.All(largest, l => Assert.Equal(127, l));
    }

    [Fact]
    public void A_channel_of_zeros_has_a_positive_scale()
    {
        (Tensor quantized, float[] scales) = WeightQuantizer.Quantize(Node(), Tensor.Create<float>([0, 0, 1, -2], 2, 2), 0);

        Assert.True(scales[0] > 0);
        Assert.Equal([0, 0, 64, -127], quantized.ToInt64Array());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_weight_that_is_not_finite_is_an_error_that_names_the_node(float value)
    {
        string message = Errors.Expect(Descriptors.NonFiniteValue, () => WeightQuantizer.Quantize(Node(), Tensor.Create<float>([1, value], 1, 2), 0));

        Assert.Contains("'fc'", message, StringComparison.Ordinal);
    }

    private static Node Node()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 2)));
        return graph.Add("MatMul", "fc", [x, graph.AddConstant("w", Tensor.Create<float>([1, 2], 2, 1))]).Producer!;
    }
}
