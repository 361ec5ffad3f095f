namespace ModelBuild.Kernels;

/// <summary>
/// Packs a constant right operand whose weights are zero in no order. The depth is cut into chunks whose rows of a tile stay in the first-level cache; a chunk has the weights that are not zero column
/// by column, each with its row. Columns with more weights come first, so that loops over columns that follow each other are nearly equally long.
/// </summary>
public static class UnstructuredPacking
{
    /// <summary>Rows of a chunk.</summary>
    public const int ChunkRows = 128;

    /// <summary>The most columns: a column and its number of weights share an integer.</summary>
    public const int MostColumns = int.MaxValue >> CountBits;

    /// <summary>Bits of a column's number of weights.</summary>
    internal const int CountBits = 8;

    /// <summary>Tells the number of chunks.</summary>
    /// <param name="k">The depth, at least 1.</param>
    public static int Chunks(int k) => (k + ChunkRows - 1) / ChunkRows;

    /// <summary>Counts the weights that are not zero, and the columns of chunks that have such.</summary>
    /// <param name="w">The weights, [k, n].</param>
    /// <param name="n">The number of columns, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    /// <exception cref="ArgumentException">The span is shorter than the sizes say.</exception>
    public static (int Weights, int Columns) Count(ReadOnlySpan<float> w, int n, int k)
    {
        Throw.IfShorter(w.Length, (long)n * k, nameof(w));
        int weights = 0;
        int columns = 0;
        int[] counts = new int[n];
        for (int first = 0; first < k; first += ChunkRows)
        {
            CountChunk(w, n, first, Math.Min(k, first + ChunkRows), counts);
            foreach (int count in counts)
            {
                weights += count;
                columns += count > 0 ? 1 : 0;
            }
        }

        return (weights, columns);
    }

    /// <summary>Packs the weights.</summary>
    /// <param name="w">The weights, [k, n].</param>
    /// <param name="values">Receives the weights that are not zero.</param>
    /// <param name="rows">Receives the row of each weight within its chunk.</param>
    /// <param name="columns">Receives for each column of a chunk its number, times 256, plus the number of its weights.</param>
    /// <param name="ends">Receives for each chunk the number of columns, then that of weights, up to and with its own; 2 * <see cref="Chunks"/>.</param>
    /// <param name="n">The number of columns, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say.</exception>
    public static void Pack(ReadOnlySpan<float> w, Span<float> values, Span<byte> rows, Span<int> columns, Span<int> ends, int n, int k)
    {
        (int weights, int used) = Count(w, n, k);
        Throw.IfShorter(values.Length, weights, nameof(values));
        Throw.IfShorter(rows.Length, weights, nameof(rows));
        Throw.IfShorter(columns.Length, used, nameof(columns));
        Throw.IfShorter(ends.Length, 2L * Chunks(k), nameof(ends));
        int[] counts = new int[n];
        int[] order = new int[n];
        int nextColumn = 0;
        int nextWeight = 0;
        for (int first = 0; first < k; first += ChunkRows)
        {
            int end = Math.Min(k, first + ChunkRows);
            CountChunk(w, n, first, end, counts);
            for (int column = 0; column < n; column++)
            {
                order[column] = column;
            }

            Array.Sort(order, (a, b) => counts[a] != counts[b] ? counts[b].CompareTo(counts[a]) : a.CompareTo(b));
            foreach (int column in order)
            {
                if (counts[column] == 0)
                {
                    break;
                }

                columns[nextColumn++] = (column << CountBits) | counts[column];
                for (int row = first; row < end; row++)
                {
                    float value = w[(row * n) + column];
                    if (value != 0)
                    {
                        values[nextWeight] = value;
                        rows[nextWeight++] = (byte)(row - first);
                    }
                }
            }

            int chunk = first / ChunkRows;
            ends[2 * chunk] = nextColumn;
            ends[(2 * chunk) + 1] = nextWeight;
        }
    }

    private static void CountChunk(ReadOnlySpan<float> w, int n, int first, int end, Span<int> counts)
    {
        counts.Clear();
        for (int row = first; row < end; row++)
        {
            ReadOnlySpan<float> values = w.Slice(row * n, n);
            for (int column = 0; column < n; column++)
            {
                counts[column] += values[column] != 0 ? 1 : 0;
            }
        }
    }
}
