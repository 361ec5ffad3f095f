using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Recurrent;

public sealed class LstmTests
{
    // Sums of up to 40 products of values below 1, through saturating functions.
    private const double Absolute = 64 * Close.Ulp;

    public static TheoryData<int> Sizes => [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 20, 31, 33, 40];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void OneStepEqualsTheDefinition(int hidden)
    {
        const int Batch = 3;
        float[] projections = Samples.Uniform(Batch * 4 * hidden, hidden, -1f, 1f);
        float[] weights = Samples.Uniform(4 * hidden * hidden, 1, -0.5f, 0.5f);
        float[] h0 = Samples.Uniform(Batch * hidden, 2, -1f, 1f);
        float[] c0 = Samples.Uniform(Batch * hidden, 3, -1f, 1f);
        using var gates = new GuardedMemory<float>(projections);
        using var r = new GuardedMemory<float>(ModelBuild.Kernels.Recurrent.PackedLength(hidden, 4, 0));
        using var y = new GuardedMemory<float>(Batch * hidden);
        using var yC = new GuardedMemory<float>(Batch * hidden);
        using var state = new GuardedMemory<float>(2 * Batch * hidden);
        ModelBuild.Kernels.Recurrent.Pack(weights, r.Span, 0, hidden, 4, 0);
        Lstm.F32(
            gates.Span, r.Span, default, default, h0, c0, y.Span, default, yC.Span, state.Span, 1, Batch, hidden, 0, 1, false, false, false, 0f,
            RecurrentActivation.Sigmoid, 0f, 0f, RecurrentActivation.Tanh, 0f, 0f, RecurrentActivation.Tanh, 0f, 0f);
        for (int row = 0; row < Batch; row++)
        {
            for (int unit = 0; unit < hidden; unit++)
            {
                double Argument(int gate) => projections[(((row * 4) + gate) * hidden) + unit]
                    + Enumerable.Range(0, hidden).Sum(k => (double)weights[(((gate * hidden) + unit) * hidden) + k] * h0[(row * hidden) + k]);
                double c = (Sigmoid(Argument(2)) * c0[(row * hidden) + unit]) + (Sigmoid(Argument(0)) * Math.Tanh(Argument(3)));
                Close.AssertEqual(c, yC.Span[(row * hidden) + unit], Absolute, Absolute, $"cell {hidden}");
                Close.AssertEqual(Sigmoid(Argument(1)) * Math.Tanh(c), y.Span[(row * hidden) + unit], Absolute, Absolute, $"state {hidden}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ThePathOfAnyFunctionsEqualsTheFastOne(int hidden)
    {
        float[] projections = Samples.Uniform(5 * 2 * 4 * hidden, hidden);
        float[] weights = Samples.Uniform(ModelBuild.Kernels.Recurrent.PackedLength(hidden, 4, 0), 1, -0.5f, 0.5f);
        float[] Run(ReadOnlySpan<float> peepholes)
        {
            float[] y = new float[5 * 2 * hidden];
            Lstm.F32(
                projections.ToArray(), weights, peepholes, default, default, default, y, default, default, new float[4 * hidden], 5, 2, hidden, 0, 1, true, true, false, 0f,
                RecurrentActivation.Sigmoid, 0f, 0f, RecurrentActivation.Tanh, 0f, 0f, RecurrentActivation.Tanh, 0f, 0f);
            return y;
        }

        Close.AssertEqual([.. Run(default).Select(v => (double)v)], Run(new float[3 * hidden]), Absolute, Absolute, $"{hidden}");
    }

    [Fact]
    public void ShortSpansAreRefused() => Assert.Throws<ArgumentException>(() => Lstm.F32(
        new float[7], new float[64], default, default, default, default, default, default, default, new float[4], 1, 1, 2, 0, 1, false, false, false, 0f,
        RecurrentActivation.Sigmoid, 0f, 0f, RecurrentActivation.Tanh, 0f, 0f, RecurrentActivation.Tanh, 0f, 0f));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
