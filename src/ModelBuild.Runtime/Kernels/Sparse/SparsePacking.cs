using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Packs a constant right operand whose weights are zero in blocks of 1 x 16: one row of the depth by 16 columns. Blocks of zeros are left out; the others follow each other panel by panel, each with
/// its row.
/// </summary>
public static class SparsePacking
{
    /// <summary>Columns of a block.</summary>
    public const int Width = GemmPacking.PanelWidth;

    /// <summary>Tells the number of panels, the columns of which share a block.</summary>
    /// <param name="n">The number of columns, at least 1.</param>
    public static int Panels(int n) => (n + Width - 1) / Width;

    /// <summary>Counts the blocks that are not zero.</summary>
    /// <param name="w">The weights, [k, n].</param>
    /// <param name="n">The number of columns, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    /// <exception cref="ArgumentException">The span is shorter than the sizes say.</exception>
    public static int Count(ReadOnlySpan<float> w, int n, int k)
    {
        Throw.IfShorter(w.Length, (long)n * k, nameof(w));
        int count = 0;
        for (int panel = 0; panel < Panels(n); panel++)
        {
            for (int row = 0; row < k; row++)
            {
                count += IsZero(w, n, panel, row) ? 0 : 1;
            }
        }

        return count;
    }

    /// <summary>Packs the blocks.</summary>
    /// <param name="w">The weights, [k, n].</param>
    /// <param name="values">Receives the blocks, <see cref="Count"/> * <see cref="Width"/>; columns beyond the last are zero.</param>
    /// <param name="rows">Receives the row of each block, <see cref="Count"/>.</param>
    /// <param name="ends">Receives for each panel the number of blocks up to and with its own, <see cref="Panels"/>.</param>
    /// <param name="n">The number of columns, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say.</exception>
    public static void Pack(ReadOnlySpan<float> w, Span<float> values, Span<int> rows, Span<int> ends, int n, int k)
    {
        int count = Count(w, n, k);
        Throw.IfShorter(values.Length, (long)count * Width, nameof(values));
        Throw.IfShorter(rows.Length, count, nameof(rows));
        Throw.IfShorter(ends.Length, Panels(n), nameof(ends));
        values[..(count * Width)].Clear();
        int next = 0;
        for (int panel = 0; panel < Panels(n); panel++)
        {
            int first = panel * Width;
            for (int row = 0; row < k; row++)
            {
                if (!IsZero(w, n, panel, row))
                {
                    w.Slice((row * n) + first, Math.Min(Width, n - first)).CopyTo(values[(next * Width)..]);
                    rows[next++] = row;
                }
            }

            ends[panel] = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsZero(ReadOnlySpan<float> w, int n, int panel, int row) =>
        w.Slice((row * n) + (panel * Width), Math.Min(Width, n - (panel * Width))).IndexOfAnyExcept(0f) < 0;
}
