namespace ModelBuild.Compiler.Ops.RandomNumbers;

/// <summary>Logarithm and circular functions from additions, products and quotients of binary64 alone, so that a build gives the same bits on every machine; those of the system differ in the last place.</summary>
internal static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417;
    private const int Terms = 13;

    /// <summary>The natural logarithm of a positive normal number, to about 1e-16 of its size.</summary>
    public static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        long exponent = (bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | (1023L << 52));
        if (mantissa > 1.41421356237309505)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh((m - 1) / (m + 1)); the quotient is at most 0.172.
        double s = (mantissa - 1) / (mantissa + 1);
        double square = s * s;
        double sum = 0;
        for (int k = Terms; k >= 0; k--)
        {
            sum = (sum * square) + (1.0 / ((2 * k) + 1));
        }

        return (exponent * Ln2) + (2 * s * sum);
    }

    /// <summary>Cosine and sine of a fraction of a full turn, from 0 to below 1.</summary>
    public static (double Cosine, double Sine) Turn(double fraction)
    {
        // The nearest quarter turn is taken off; what is left is at most an eighth.
        int quarter = (int)Math.Floor((4 * fraction) + 0.5);
        double x = (fraction - (quarter / 4.0)) * (2 * Math.PI);
        double square = x * x;
        double cosine = 0;
        double sine = 0;
        for (int k = Terms; k >= 0; k--)
        {
            cosine = 1 - (cosine * square / (((2 * k) + 1) * ((2 * k) + 2)));
            sine = 1 - (sine * square / (((2 * k) + 2) * ((2 * k) + 3)));
        }

        sine *= x;
        return (quarter & 3) switch
        {
            0 => (cosine, sine),
            1 => (-sine, cosine),
            2 => (-cosine, -sine),
            _ => (sine, -cosine),
        };
    }
}
