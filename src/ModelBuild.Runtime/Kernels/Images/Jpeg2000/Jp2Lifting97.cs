namespace ModelBuild.Kernels;

/// <summary>The irreversible transform: 9/7 in reals (T.800 F.3.8.2.1).</summary>
internal readonly struct Jp2Lifting97 : IJp2Lifting<float>
{
    // T.800 table F.4.
    private const float Alpha = -1.586134342059924f;
    private const float Beta = -0.052980118572961f;
    private const float Gamma = 0.882911075530934f;
    private const float Delta = 0.443506852043971f;
    private const float K = 1.230174104914001f;

    /// <inheritdoc/>
    public static void Join(Span<float> samples, int count, int lanes, bool isHighFirst)
    {
        if (count == 1)
        {
            Scale(samples, 0, 1, lanes, isHighFirst ? 0.5f : 1);
            return;
        }

        int low = isHighFirst ? 1 : 0;
        Scale(samples, low, count, lanes, K);
        Scale(samples, 1 - low, count, lanes, 1 / K);
        Lift(samples, low, count, lanes, Delta);
        Lift(samples, 1 - low, count, lanes, Gamma);
        Lift(samples, low, count, lanes, Beta);
        Lift(samples, 1 - low, count, lanes, Alpha);
    }

    private static void Scale(Span<float> samples, int first, int count, int lanes, float factor)
    {
        for (int i = first; i < count; i += 2)
        {
            foreach (ref float sample in samples.Slice(i * lanes, lanes))
            {
                sample *= factor;
            }
        }
    }

    private static void Lift(Span<float> samples, int first, int count, int lanes, float factor)
    {
        for (int i = first; i < count; i += 2)
        {
            Span<float> own = samples.Slice(i * lanes, lanes);
            ReadOnlySpan<float> before = samples.Slice((i == 0 ? 1 : i - 1) * lanes, lanes);
            ReadOnlySpan<float> after = samples.Slice((i == count - 1 ? i - 1 : i + 1) * lanes, lanes);
            for (int lane = 0; lane < own.Length; lane++)
            {
                own[lane] -= factor * (before[lane] + after[lane]);
            }
        }
    }
}
