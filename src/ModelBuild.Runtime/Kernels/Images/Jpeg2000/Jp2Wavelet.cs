namespace ModelBuild.Kernels;

/// <summary>Undoes the wavelet transform of a tile's component, one resolution after another (T.800 annex F).</summary>
internal static class Jp2Wavelet
{
    private const int Lanes = 16;

    /// <summary>The elements of memory that a component of this size takes beside its samples.</summary>
    internal static long Memory(Jp2Rect area) => Math.Max((long)area.Width, (long)area.Height * Lanes);

    /// <summary>Undoes the transform in place.</summary>
    /// <param name="samples">The samples, in which the bands of each resolution lie beside those of the lower ones.</param>
    /// <param name="stride">Samples from one row to the next.</param>
    /// <param name="resolutions">The resolutions from the lowest on.</param>
    /// <param name="memory">As many elements as <see cref="Memory"/> tells.</param>
    internal static void Undo<T, TLifting>(Span<T> samples, int stride, ReadOnlySpan<Jp2Resolution> resolutions, Span<T> memory)
        where T : unmanaged
        where TLifting : struct, IJp2Lifting<T>
    {
        for (int r = 1; r < resolutions.Length; r++)
        {
            Jp2Rect lower = resolutions[r - 1].Area;
            Jp2Rect own = resolutions[r].Area;
            if (own.IsEmpty)
            {
                continue;
            }

            for (int y = 0; y < own.Height; y++)
            {
                Join<T, TLifting>(samples.Slice(y * stride, own.Width), 1, own.Width, lower.Width, 1, (own.X0 & 1) != 0, memory);
            }

            for (int x = 0; x < own.Width; x += Lanes)
            {
                Join<T, TLifting>(samples[x..], stride, own.Height, lower.Height, Math.Min(Lanes, own.Width - x), (own.Y0 & 1) != 0, memory);
            }
        }
    }

    private static void Join<T, TLifting>(Span<T> samples, int step, int count, int low, int lanes, bool isHighFirst, Span<T> memory)
        where T : unmanaged
        where TLifting : struct, IJp2Lifting<T>
    {
        Span<T> mixed = memory[..(count * lanes)];
        for (int i = 0; i < count; i++)
        {
            int to = i < low ? (2 * i) + (isHighFirst ? 1 : 0) : (2 * (i - low)) + (isHighFirst ? 0 : 1);
            samples.Slice(i * step, lanes).CopyTo(mixed[(to * lanes)..]);
        }

        TLifting.Join(mixed, count, lanes, isHighFirst);
        for (int i = 0; i < count; i++)
        {
            mixed.Slice(i * lanes, lanes).CopyTo(samples[(i * step)..]);
        }
    }
}
