namespace ModelBuild.Kernels;

/// <summary>Fills a block of 4 by 4 along a direction (RFC 6386 section 12.3).</summary>
internal static class Vp8Directions
{
    /// <summary>The corner's place in an edge.</summary>
    private const int Corner = 4;

    /// <summary>The place of the first pixel above in an edge.</summary>
    private const int Above = 5;

    /// <summary>Fills the block.</summary>
    /// <param name="e">The edge: 4 pixels to the left from the lowest up, the corner, 8 above.</param>
    /// <param name="mode">One of <see cref="Vp8Mode"/>, not <see cref="Vp8Mode.Motion"/>.</param>
    /// <param name="block">Receives the block by rows.</param>
    internal static void Fill(ReadOnlySpan<byte> e, byte mode, Span<byte> block)
    {
        if (mode == Vp8Mode.Mean)
        {
            int sum = 4;
            for (int i = 0; i < 4; i++)
            {
                sum += e[i] + e[Above + i];
            }

            block.Fill((byte)(sum >> 3));
            return;
        }

        for (int i = 0; i < block.Length; i++)
        {
            block[i] = (byte)At(e, mode, i >> 2, i & 3);
        }
    }

    private static int At(ReadOnlySpan<byte> e, byte mode, int y, int x) => mode switch
    {
        Vp8Mode.Top => Mean(e, Corner + x),
        Vp8Mode.Left => y == 3 ? Mean(e[1], e[0], e[0]) : Mean(e, 2 - y),
        Vp8Mode.RightDown => Mean(e, 3 - y + x),
        Vp8Mode.LeftDown => y + x == 6 ? Mean(e[11], e[12], e[12]) : Mean(e, Above + y + x),
        Vp8Mode.DownRight => DownRight(e, y, x),
        Vp8Mode.DownLeft => DownLeft(e, y, x),
        Vp8Mode.LevelDown => LevelDown(e, 6 - (2 * y) + x),
        _ => LevelUp(e, (2 * y) + x),
    };

    private static int DownRight(ReadOnlySpan<byte> e, int y, int x)
    {
        if (x == 0 && y >= 2)
        {
            return Mean(e, 4 - y);
        }

        int place = x - (y >> 1);
        return (y & 1) == 0 ? Half(e, Corner + place) : Mean(e, 3 + place);
    }

    private static int DownLeft(ReadOnlySpan<byte> e, int y, int x)
    {
        if (x == 3 && y >= 2)
        {
            return Mean(e, Above + 2 + y);
        }

        int place = Above + x + (y >> 1);
        return (y & 1) == 0 ? Half(e, place) : Mean(e, place);
    }

    private static int LevelDown(ReadOnlySpan<byte> e, int place) =>
        place >= 7 ? Mean(e, place - 4) : (place & 1) == 0 ? Half(e, place / 2) : Mean(e, place / 2);

    private static int LevelUp(ReadOnlySpan<byte> e, int place) => place switch
    {
        > 5 => e[0],
        5 => Mean(e[1], e[0], e[0]),
        _ => (place & 1) == 0 ? Half(e, 2 - (place / 2)) : Mean(e, 1 - (place / 2)),
    };

    /// <summary>The mean of a pixel of the edge and the next one.</summary>
    private static int Half(ReadOnlySpan<byte> e, int first) => (e[first] + e[first + 1] + 1) >> 1;

    /// <summary>The mean of three pixels of the edge, in which the middle one counts twice.</summary>
    private static int Mean(ReadOnlySpan<byte> e, int first) => Mean(e[first], e[first + 1], e[first + 2]);

    private static int Mean(int a, int b, int c) => (a + (2 * b) + c + 2) >> 2;
}
