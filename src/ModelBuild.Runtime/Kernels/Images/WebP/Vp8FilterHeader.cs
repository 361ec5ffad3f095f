namespace ModelBuild.Kernels;

/// <summary>The loop filter of a lossy WebP picture (RFC 6386 section 9.6): how strong it is for each segment.</summary>
/// <param name="IsSimple">Whether it is the filter of luma alone.</param>
/// <param name="Sharpness">How much less it does where neighbours differ.</param>
/// <param name="Levels">The level of each segment, first for large blocks, then for small ones.</param>
internal readonly record struct Vp8FilterHeader(bool IsSimple, int Sharpness, int[] Levels)
{
    private const int MaxLevel = 63;

    /// <summary>Whether it does anything.</summary>
    internal bool IsOn => Levels.Length != 0;

    /// <summary>Reads it.</summary>
    internal static Vp8FilterHeader Read(ref Vp8Bools bools, ReadOnlySpan<byte> data, ReadOnlySpan<Vp8Segment> segments, bool areAbsolute)
    {
        bool isSimple = bools.ReadFlag(data);
        int level = bools.ReadNumber(data, 6);
        int sharpness = bools.ReadNumber(data, 3);
        Span<int> changes = stackalloc int[8];
        changes.Clear();
        bool hasChanges = bools.ReadFlag(data);
        if (hasChanges && bools.ReadFlag(data))
        {
            foreach (ref int change in changes)
            {
                change = bools.ReadOptional(data, 6);
            }
        }

        if (level == 0)
        {
            return new Vp8FilterHeader(isSimple, sharpness, []);
        }

        // The first change is that of frames without others to refer to, the fifth that of small blocks.
        var levels = new int[2 * segments.Length];
        for (int i = 0; i < levels.Length; i++)
        {
            int own = segments[i / 2].Level + (areAbsolute ? 0 : level) + changes[0] + ((i & 1) == 0 ? 0 : changes[4]);
            levels[i] = Math.Clamp(own, 0, MaxLevel);
        }

        return new Vp8FilterHeader(isSimple, sharpness, levels);
    }

    /// <summary>What neighbours inside a side may differ by.</summary>
    internal int InnerLimit(int level)
    {
        int limit = Sharpness > 4 ? level >> 2 : Sharpness > 0 ? level >> 1 : level;
        return Math.Max(1, Sharpness > 0 ? Math.Min(limit, 9 - Sharpness) : limit);
    }
}
