using Digits.Training.Numerics;

namespace Digits.Training.Tests.Numerics;

public sealed class PortableMathTests
{
    // The documented bound of PortableMath.Exp.
    private const double RelativeTolerance = 1e-14;

    [Fact]
    public void Exp_agrees_with_the_library()
    {
        for (double x = -690; x <= 690; x += 0.37)
        {
            double expected = Math.Exp(x);
            Assert.InRange(PortableMath.Exp(x) / expected, 1 - RelativeTolerance, 1 + RelativeTolerance);
        }
    }

    [Fact]
    public void Exp_of_zero_is_one()
    {
        Assert.Equal(1.0, PortableMath.Exp(0));
    }
}
