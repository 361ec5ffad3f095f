namespace ModelBuild.Kernels;

/// <summary>Makes the table of <see cref="Fourier"/> for one length, when the plan is made or in the call.</summary>
public static class FourierTables
{
    /// <summary>The powers of exp(-2 pi i / length): [length][2].</summary>
    /// <param name="length">The length of the transform.</param>
    public static double[] Twiddles(int length)
    {
        var table = new double[checked(2 * length)];
        Fill(table, length);
        return table;
    }

    /// <summary>Writes the same to memory of the caller, at least twice as many elements as the length.</summary>
    internal static void Fill(Span<double> table, int length)
    {
        Throw.IfShorter(table.Length, 2L * length, nameof(table));
        for (int k = 0; k < length; k++)
        {
            // The angle is reduced to the first octant's mirror images by the library; exact quarters keep zeros exact.
            (double sin, double cos) = Math.SinCos(2 * Math.PI * k / length);
            bool isQuarter = 4L * k % length == 0;
            table[2 * k] = isQuarter ? Math.Round(cos) : cos;
            table[(2 * k) + 1] = isQuarter ? -Math.Round(sin) : -sin;
        }
    }
}
