namespace ModelBuild.Kernels;

/// <summary>The reversible transform: 5/3 in integers (T.800 F.3.8.1.1).</summary>
internal readonly struct Jp2Lifting53 : IJp2Lifting<int>
{
    /// <inheritdoc/>
    public static void Join(Span<int> samples, int count, int lanes, bool isHighFirst)
    {
        if (count == 1)
        {
            foreach (ref int sample in samples[..(isHighFirst ? lanes : 0)])
            {
                sample >>= 1;
            }

            return;
        }

        for (int i = isHighFirst ? 1 : 0; i < count; i += 2)
        {
            Span<int> own = samples.Slice(i * lanes, lanes);
            ReadOnlySpan<int> before = samples.Slice((i == 0 ? 1 : i - 1) * lanes, lanes);
            ReadOnlySpan<int> after = samples.Slice((i == count - 1 ? i - 1 : i + 1) * lanes, lanes);
            for (int lane = 0; lane < own.Length; lane++)
            {
                own[lane] -= (before[lane] + after[lane] + 2) >> 2;
            }
        }

        for (int i = isHighFirst ? 0 : 1; i < count; i += 2)
        {
            Span<int> own = samples.Slice(i * lanes, lanes);
            ReadOnlySpan<int> before = samples.Slice((i == 0 ? 1 : i - 1) * lanes, lanes);
            ReadOnlySpan<int> after = samples.Slice((i == count - 1 ? i - 1 : i + 1) * lanes, lanes);
            for (int lane = 0; lane < own.Length; lane++)
            {
                own[lane] += (before[lane] + after[lane]) >> 1;
            }
        }
    }
}
