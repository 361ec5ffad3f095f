using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Activations;

public sealed class ActivationKernelsTests
{
    /// <summary>The stated errors of <see cref="VectorMath"/> times the magnitude of the intermediate values here, which is below 16.</summary>
    private const double Tolerance = 2e-6;

    public static TheoryData<Activation> All => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(All))]
    public void EveryLengthMatchesTheReference(Activation activation)
    {
        var random = new Random(7);
        const float Alpha = 0.3f;
        const float Beta = 0.6f;
        for (int length = 0; length < 70; length++)
        {
            float[] x = new float[length];
            for (int i = 0; i < length; i++)
            {
                x[i] = (random.NextSingle() - 0.5f) * 16f;
            }

            using var y = new GuardedMemory<float>(x);
            ActivationKernels.Apply(y.Span, activation, Alpha, Beta);
            for (int i = 0; i < length; i++)
            {
                double expected = ReferenceMath.Apply(activation, x[i], Alpha, Beta);
                Assert.True(Math.Abs(y.Span[i] - expected) <= Tolerance * (1 + Math.Abs(expected)), $"{activation}({x[i]}) = {y.Span[i]}, expected {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NaNStaysNaN(Activation activation)
    {
        float[] y = new float[37];
        y.AsSpan().Fill(float.NaN);
        ActivationKernels.Apply(y, activation, 0.1f, 0.5f);
        Assert.All(y, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void UnknownFunctionIsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ActivationKernels.Apply(new float[1], (Activation)99, 0f, 0f));
}
