namespace ModelBuild.Kernels;

/// <summary>Smooths the sides between blocks of lossy WebP (RFC 6386 section 15).</summary>
internal static class Vp8LoopFilter
{
    /// <summary>Smooths one side with the filter of luma alone.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="at">The first pixel behind the side.</param>
    /// <param name="across">Pixels from one to the next across the side.</param>
    /// <param name="along">Pixels from one to the next along the side.</param>
    /// <param name="length">The length of the side.</param>
    /// <param name="limit">What the pixels beside the side may differ by.</param>
    internal static void Simple(Span<byte> plane, int at, int across, int along, int length, int limit)
    {
        for (int i = 0; i < length; i++, at += along)
        {
            if (IsFlat(plane, at, across, limit))
            {
                Two(plane, at, across);
            }
        }
    }

    /// <summary>Smooths one side with the normal filter.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="at">The first pixel behind the side.</param>
    /// <param name="across">Pixels from one to the next across the side.</param>
    /// <param name="along">Pixels from one to the next along the side.</param>
    /// <param name="length">The length of the side.</param>
    /// <param name="limit">What the pixels beside the side may differ by.</param>
    /// <param name="inner">What neighbours on one side may differ by.</param>
    /// <param name="threshold">From which difference on neighbours beside the side are an edge in the picture.</param>
    /// <param name="isOuter">Whether it is a side of a macroblock.</param>
    internal static void Normal(Span<byte> plane, int at, int across, int along, int length, int limit, int inner, int threshold, bool isOuter)
    {
        for (int i = 0; i < length; i++, at += along)
        {
            if (!IsFlat(plane, at, across, limit) || !AreSidesFlat(plane, at, across, inner))
            {
                continue;
            }

            if (Differ(plane, at - (2 * across), at - across, threshold) || Differ(plane, at + across, at, threshold))
            {
                Two(plane, at, across);
            }
            else if (isOuter)
            {
                Six(plane, at, across);
            }
            else
            {
                Four(plane, at, across);
            }
        }
    }

    private static bool IsFlat(ReadOnlySpan<byte> plane, int at, int across, int limit) =>
        (4 * Math.Abs(plane[at - across] - plane[at])) + Math.Abs(plane[at - (2 * across)] - plane[at + across]) <= (2 * limit) + 1;

    private static bool AreSidesFlat(ReadOnlySpan<byte> plane, int at, int across, int inner)
    {
        for (int i = 1; i < 4; i++)
        {
            if (Differ(plane, at + (i * across), at + ((i - 1) * across), inner) || Differ(plane, at - ((i + 1) * across), at - (i * across), inner))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Differ(ReadOnlySpan<byte> plane, int a, int b, int limit) => Math.Abs(plane[a] - plane[b]) > limit;

    private static void Two(Span<byte> plane, int at, int across)
    {
        int change = (3 * (plane[at] - plane[at - across])) + Signed(plane[at - (2 * across)] - plane[at + across]);
        Move(plane, at - across, Share(change + 3));
        Move(plane, at, -Share(change + 4));
    }

    private static void Four(Span<byte> plane, int at, int across)
    {
        int change = 3 * (plane[at] - plane[at - across]);
        int behind = Share(change + 4);
        int outer = (behind + 1) >> 1;
        Move(plane, at - across, Share(change + 3));
        Move(plane, at, -behind);
        Move(plane, at - (2 * across), outer);
        Move(plane, at + across, -outer);
    }

    private static void Six(Span<byte> plane, int at, int across)
    {
        int change = Signed((3 * (plane[at] - plane[at - across])) + Signed(plane[at - (2 * across)] - plane[at + across]));
        for (int i = 0; i < 3; i++)
        {
            int part = ((27 - (9 * i)) * change + 63) >> 7;
            Move(plane, at - ((i + 1) * across), part);
            Move(plane, at + (i * across), -part);
        }
    }

    private static void Move(Span<byte> plane, int at, int by) => plane[at] = (byte)Math.Clamp(plane[at] + by, 0, 255);

    private static int Signed(int value) => Math.Clamp(value, -128, 127);

    private static int Share(int change) => Math.Clamp(change >> 3, -16, 15);
}
