using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Packs a constant right operand of which, in each column, at most two of four weights that follow each other are not zero (2:4). Of each four rows of 16 columns two vectors are left, and two bits for
/// each weight that tell its row: little more than half of the bytes.
/// </summary>
public static class TwoOfFourPacking
{
    /// <summary>Rows of which two are kept.</summary>
    public const int GroupRows = 4;

    /// <summary>Weights of a column that a group keeps.</summary>
    public const int Kept = 2;

    /// <summary>Columns of a panel.</summary>
    public const int Width = GemmPacking.PanelWidth;

    /// <summary>Bits that tell the row of a weight.</summary>
    internal const int PlaceBits = 2;

    /// <summary>Tells the number of groups of four rows.</summary>
    /// <param name="k">The depth, at least 1.</param>
    public static int Groups(int k) => (k + GroupRows - 1) / GroupRows;

    /// <summary>Tells the number of vectors that are kept, one for each place of a group and panel.</summary>
    /// <param name="n">The number of columns, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    public static int Vectors(int n, int k) => checked(SparsePacking.Panels(n) * Groups(k) * Kept);

    /// <summary>True when weights have the pattern.</summary>
    /// <param name="w">The weights, [k, n].</param>
    /// <param name="n">The number of columns, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    /// <exception cref="ArgumentException">The span is shorter than the sizes say.</exception>
    public static bool Fits(ReadOnlySpan<float> w, int n, int k)
    {
        Throw.IfShorter(w.Length, (long)n * k, nameof(w));
        for (int first = 0; first < k; first += GroupRows)
        {
            int end = Math.Min(k, first + GroupRows);
            for (int column = 0; column < n; column++)
            {
                int kept = 0;
                for (int row = first; row < end; row++)
                {
                    kept += w[(row * n) + column] != 0 ? 1 : 0;
                }

                if (kept > Kept)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Packs weights that <see cref="Fits">have the pattern</see>.</summary>
    /// <param name="w">The weights, [k, n].</param>
    /// <param name="values">Receives the vectors, <see cref="Vectors"/> * <see cref="Width"/>; what is not there is zero.</param>
    /// <param name="places">Receives for each vector the rows of its weights within their group, two bits each.</param>
    /// <param name="n">The number of columns, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or the weights have not the pattern.</exception>
    public static void Pack(ReadOnlySpan<float> w, Span<float> values, Span<uint> places, int n, int k)
    {
        if (!Fits(w, n, k))
        {
            Throw.Argument("More than two of four weights are not zero.", nameof(w));
        }

        int vectors = Vectors(n, k);
        Throw.IfShorter(values.Length, (long)vectors * Width, nameof(values));
        Throw.IfShorter(places.Length, vectors, nameof(places));
        values[..(vectors * Width)].Clear();
        places[..vectors].Clear();
        int vector = 0;
        for (int panel = 0; panel < n; panel += Width)
        {
            for (int first = 0; first < k; first += GroupRows)
            {
                for (int column = panel; column < Math.Min(n, panel + Width); column++)
                {
                    PackGroup(w, values, places, n, first, Math.Min(k, first + GroupRows), column, vector);
                }

                vector += Kept;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackGroup(ReadOnlySpan<float> w, Span<float> values, Span<uint> places, int n, int first, int end, int column, int vector)
    {
        int lane = column % Width;
        for (int row = first; row < end; row++)
        {
            float value = w[(row * n) + column];
            if (value != 0)
            {
                values[(vector * Width) + lane] = value;
                places[vector] |= (uint)(row - first) << (PlaceBits * lane);
                vector++;
            }
        }
    }
}
