using ModelBuild.Compiler.Quantization;

namespace ModelBuild.Compiler.Tests.Quantization;

public sealed class QuantParamsTests
{
    [Theory]
    [InlineData(0, 255, 1, 0)]
    [InlineData(-128, 127, 1, 128)]
    [InlineData(-255, 0, 1, 255)]
    [InlineData(10, 255, 1, 0)]
    [InlineData(-255, -10, 1, 255)]
    public void Ranges_are_widened_to_hold_zero(double minimum, double maximum, float scale, byte zeroPoint)
    {
        QuantParams q = QuantParams.FromRange(minimum, maximum);

        Assert.Equal(scale, q.Scale);
        Assert.Equal(zeroPoint, q.ZeroPoint);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-30, 1e-30)]
    [InlineData(-1e-20, 0)]
    public void A_constant_range_has_a_usable_scale(double minimum, double maximum)
    {
        QuantParams q = QuantParams.FromRange(minimum, maximum);

        Assert.True(q.Scale > 0 && float.IsNormal(q.Scale));
    }

    [Fact]
    public void Both_ends_of_any_range_are_within_half_a_step()
    {
        Random random = new(5);
        for (int i = 0; i < 10_000; i++)
        {
            double a = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-5, 6));
            double b = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-5, 6));
            double low = Math.Min(0, Math.Min(a, b));
            double high = Math.Max(0, Math.Max(a, b));
            QuantParams q = QuantParams.FromRange(Math.Min(a, b), Math.Max(a, b));

            // The zero point is rounded once, so the ends move by at most half a step, plus one rounding of the scale itself.
            double allowed = q.Scale * (0.5 + (255 * 1e-6));
            Assert.InRange(q.Scale * -q.ZeroPoint, low - allowed, low + allowed);
            Assert.InRange(q.Scale * (255 - q.ZeroPoint), high - allowed, high + allowed);
        }
    }
}
