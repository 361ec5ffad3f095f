namespace Digits.Training.Numerics;

/// <summary>The exponential function from exact IEEE operations, because the last bits of the C library's differ between machines.</summary>
internal static class PortableMath
{
    private const double InverseLn2 = 1.4426950408889634;
    private const double Ln2High = 0.6931471803691238;
    private const double Ln2Low = 1.9082149292705877e-10;
    private const double Smallest = -700;
    private const int Terms = 13;

    /// <summary>e to the power of <paramref name="x"/>, relative error below 1e-14; inputs outside -700 to 700 are clamped.</summary>
    public static double Exp(double x)
    {
        double clamped = Math.Clamp(x, Smallest, -Smallest);
        double exponent = Math.Floor((clamped * InverseLn2) + 0.5);
        double r = clamped - (exponent * Ln2High) - (exponent * Ln2Low);

        // Taylor series on |r| <= ln 2 / 2, where the first omitted term is below 1e-16.
        double sum = 1;
        for (int n = Terms; n >= 1; n--)
        {
            sum = 1 + (sum * r / n);
        }

        return sum * BitConverter.Int64BitsToDouble(((long)exponent + 1023) << 52);
    }
}
