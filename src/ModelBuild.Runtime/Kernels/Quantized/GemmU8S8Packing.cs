namespace ModelBuild.Kernels;

/// <summary>Packs the weights of <see cref="GemmU8S8"/>: [ceil(n/16)][ceil(k/4)][16][4], zero where there is no column or no k.</summary>
public static class GemmU8S8Packing
{
    /// <summary>The number of bytes of the packed weights.</summary>
    public static int PackedLength(int n, int k) => checked(DotPanel.Count(n) * DotPanel.Length(1, k));

    /// <summary>Packs a matrix.</summary>
    /// <param name="w">[k][n], or [n][k] where <paramref name="transposed"/>.</param>
    /// <param name="packed">The result, <see cref="PackedLength"/> bytes.</param>
    /// <param name="n">The output columns.</param>
    /// <param name="k">The inner dimension.</param>
    /// <param name="transposed">Whether the rows of <paramref name="w"/> are the output columns (Gemm with transB = 1).</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void Pack(ReadOnlySpan<sbyte> w, Span<sbyte> packed, int n, int k, bool transposed)
    {
        Throw.IfShorter(w.Length, (long)n * k, nameof(w));
        Throw.IfShorter(packed.Length, PackedLength(n, k), nameof(packed));
        packed[..PackedLength(n, k)].Clear();
        int panel = DotPanel.Length(1, k);
        for (int column = 0; column < n; column++)
        {
            Span<sbyte> target = packed.Slice(column / DotPanel.Columns * panel, panel);
            int lane = column % DotPanel.Columns;
            for (int i = 0; i < k; i++)
            {
                target[(i / 4 * 4 * DotPanel.Columns) + (lane * 4) + (i % 4)] = transposed ? w[(column * k) + i] : w[(i * n) + column];
            }
        }
    }

    /// <summary>The sum of the weights of every output column.</summary>
    /// <param name="w">[k][n], or [n][k] where <paramref name="transposed"/>.</param>
    /// <param name="sums">The result, n values.</param>
    /// <param name="n">The output columns.</param>
    /// <param name="k">The inner dimension.</param>
    /// <param name="transposed">Whether the rows of <paramref name="w"/> are the output columns.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void ColumnSums(ReadOnlySpan<sbyte> w, Span<int> sums, int n, int k, bool transposed)
    {
        Throw.IfShorter(w.Length, (long)n * k, nameof(w));
        Throw.IfShorter(sums.Length, n, nameof(sums));
        for (int column = 0; column < n; column++)
        {
            int sum = 0;
            for (int i = 0; i < k; i++)
            {
                sum += transposed ? w[(column * k) + i] : w[(i * n) + column];
            }

            sums[column] = sum;
        }
    }

    /// <summary>The bias that the static entries take: <c>bias[i] - xZeroPoint * sums[i]</c>, modulo 2^32.</summary>
    /// <param name="bias">The integer bias of the model, or empty.</param>
    /// <param name="sums">The sums of the weights per output column or channel.</param>
    /// <param name="folded">The result.</param>
    /// <param name="xZeroPoint">The zero point of the input.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void FoldZeroPoint(ReadOnlySpan<int> bias, ReadOnlySpan<int> sums, Span<int> folded, int xZeroPoint)
    {
        Throw.IfPresentAndShorter(bias.Length, sums.Length, nameof(bias));
        Throw.IfShorter(folded.Length, sums.Length, nameof(folded));
        for (int i = 0; i < sums.Length; i++)
        {
            folded[i] = unchecked((bias.IsEmpty ? 0 : bias[i]) - (xZeroPoint * sums[i]));
        }
    }
}
