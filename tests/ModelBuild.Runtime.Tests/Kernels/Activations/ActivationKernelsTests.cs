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

    [Theory]
    [MemberData(nameof(All))]
    public void ResultsDoNotDependOnThePlaceOfAnElement(Activation activation)
    {
        float[] x = Arguments(40_000);
        float[] y = [.. x];
        ActivationKernels.Apply(y, activation, 0.3f, 0.6f);
        AssertAreAlone(activation, x, y);
    }

    [Theory]
    [MemberData(nameof(All))]
    public unsafe void RowsGiveTheResultsOfTheirElements(Activation activation)
    {
        foreach (int columns in (int[])[1, 4, 7, 8, 12, 16, 20, 24, 27, 32, 40, 63, 64, 65, 100])
        {
            for (int rows = 1; rows < 10; rows++)
            {
                int stride = columns + (rows % 3 * 8);
                float[] x = Arguments(rows * stride);
                float[] y = [.. x];
                fixed (float* p = y)
                {
                    ActivationKernels.ApplyRows(p, stride, rows, columns, activation, 0.3f, 0.6f);
                }

                for (int row = 0; row < rows; row++)
                {
                    int start = row * stride;
                    AssertAreAlone(activation, x.AsSpan(start, columns), y.AsSpan(start, columns));
                    Assert.Equal(x.AsSpan(start + columns, stride - columns), y.AsSpan(start + columns, stride - columns));
                }
            }
        }
    }

    [Fact]
    public void UnknownFunctionIsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ActivationKernels.Apply(new float[1], (Activation)99, 0f, 0f));

    /// <summary>Numbers of every magnitude, infinities and NaN of several payloads among those that functions bend at.</summary>
    private static float[] Arguments(int length)
    {
        var random = new Random(length);
        float[] x = new float[length];
        for (int i = 0; i < length; i++)
        {
            x[i] = (i % 5) switch
            {
                0 => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)),
                1 => BitConverter.Int32BitsToSingle(0x7F800000 + random.Next(0, 4)),
                2 => (random.NextSingle() - 0.5f) * 240f,
                3 => (random.NextSingle() - 0.5f) * 2f,
                _ => (random.NextSingle() - 0.5f) * 20f,
            };
        }

        return x;
    }

    private static void AssertAreAlone(Activation activation, ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        float[] alone = new float[1];
        for (int i = 0; i < x.Length; i++)
        {
            alone[0] = x[i];
            ActivationKernels.Apply(alone, activation, 0.3f, 0.6f);
            Assert.True(
                BitConverter.SingleToInt32Bits(alone[0]) == BitConverter.SingleToInt32Bits(y[i]) || (float.IsNaN(alone[0]) && float.IsNaN(y[i])),
                $"{activation}({x[i]:R}) = {y[i]:R} at {i}, {alone[0]:R} alone");
        }
    }
}
