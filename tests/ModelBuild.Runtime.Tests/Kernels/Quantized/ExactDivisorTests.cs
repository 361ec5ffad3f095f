using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

public sealed class ExactDivisorTests
{
    private const int Divisors = 4000;
    private const int Lanes = 16;

    [Fact]
    public void Quotients_of_any_operands_have_the_bits_of_a_division()
    {
        Random random = new(1);
        float[] dividends = new float[Lanes];
        for (int i = 0; i < Divisors; i++)
        {
            float divisor = Any(random, -30, 30);
            for (int k = 0; k < Lanes; k++)
            {
                dividends[k] = Any(random, -84, 90) * (random.Next(2) == 0 ? 1 : -1);
            }

            Check(divisor, dividends);
        }
    }

    // Quotients nearest to the middle between two floats, and to that between two integers, are the hard ones.
    [Fact]
    public void Quotients_near_the_middle_of_their_neighbours_have_them_too()
    {
        Random random = new(2);
        float[] dividends = new float[Lanes];
        for (int i = 0; i < Divisors; i++)
        {
            float divisor = i % 4 == 0 ? MathF.BitDecrement(MathF.ScaleB(2f, random.Next(-30, 29))) : Any(random, -30, 30);
            for (int k = 0; k < Lanes; k++)
            {
                double quotient = k % 2 == 0
                    ? random.Next(-300, 300) + 0.5
                    : Middle(Any(random, -10, 10));
                float near = (float)(quotient * divisor);
                for (int step = random.Next(-2, 3); step != 0; step -= Math.Sign(step))
                {
                    near = step > 0 ? MathF.BitIncrement(near) : MathF.BitDecrement(near);
                }

                dividends[k] = near;
            }

            Check(divisor, dividends);
        }
    }

    [Fact]
    public void Zero_and_NaN_stay_what_they_are()
    {
        Vector512<float> quotients = new ExactDivisor(0.02f).Divide(Vector512.Create(0f));
        Assert.Equal(Vector512<float>.Zero, quotients);
        Assert.Equal(float.NaN, new ExactDivisor(0.02f).Divide(Vector512.Create(float.NaN))[3]);
    }

    [Theory]
    [InlineData(9.3132257e-10f, true)]
    [InlineData(1.07374182e9f, true)]
    [InlineData(9.3132251e-10f, false)]
    [InlineData(1.0737420e9f, false)]
    [InlineData(0f, false)]
    [InlineData(-1f, false)]
    [InlineData(float.NaN, false)]
    [InlineData(float.PositiveInfinity, false)]
    public void Other_scales_are_divided_by(float scale, bool serves) => Assert.Equal(serves, ExactDivisor.Serves(scale));

    private static void Check(float divisor, float[] dividends)
    {
        Vector512<float> quotients = new ExactDivisor(divisor).Divide(Vector512.Create(dividends));
        if (Fma.IsSupported)
        {
            Assert.Equal(quotients.GetLower(), new ExactDivisor(divisor).Divide(Vector256.Create(dividends)));
        }

        for (int k = 0; k < Lanes; k++)
        {
            Assert.True(
                BitConverter.SingleToInt32Bits(quotients[k]) == BitConverter.SingleToInt32Bits(dividends[k] / divisor),
                $"{dividends[k]:R} / {divisor:R} is {dividends[k] / divisor:R}, not {quotients[k]:R}.");
        }
    }

    private static double Middle(float value) => (value + (double)MathF.BitIncrement(value)) / 2;

    private static float Any(Random random, int least, int most) => MathF.ScaleB(1f + (random.Next(1 << 23) / (float)(1 << 23)), random.Next(least, most));
}
