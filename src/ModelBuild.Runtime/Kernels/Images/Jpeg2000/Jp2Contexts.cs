namespace ModelBuild.Kernels;

/// <summary>The contexts of coefficient bits by what is known of the eight neighbours (T.800 D.3).</summary>
internal static class Jp2Contexts
{
    /// <summary>The context in which four coefficients at once have no bit.</summary>
    internal const int Run = 17;

    /// <summary>The context of bits as likely as not.</summary>
    internal const int Uniform = 18;

    // The bits of a coefficient's flags: the neighbours that have bits, then the signs of the four nearest.
    internal const int NorthEast = 1;
    internal const int SouthEast = 2;
    internal const int SouthWest = 4;
    internal const int NorthWest = 8;
    internal const int North = 16;
    internal const int East = 32;
    internal const int South = 64;
    internal const int West = 128;
    internal const int Neighbours = 255;
    internal const int SignShift = 4;
    internal const int HasBits = 4096;
    internal const int IsRefined = 8192;
    internal const int IsVisited = 16384;

    /// <summary>What a coefficient of a stripe's last row does not see where stripes do not see the next one.</summary>
    internal const int Below = South | SouthEast | SouthWest | (South << SignShift);

    private const int FirstSign = 9;
    private const int FirstRefined = 14;
    private const int Orientations = 4;
    private static readonly byte[] s_first = MakeFirst();
    private static readonly byte[] s_signs = MakeSigns();

    /// <summary>The states in which contexts start.</summary>
    internal static void Reset(Span<byte> contexts)
    {
        contexts.Clear();
        contexts[0] = Jp2Arithmetic.State(4);
        contexts[Run] = Jp2Arithmetic.State(3);
        contexts[Uniform] = Jp2Arithmetic.State(46);
    }

    /// <summary>The contexts of whether a coefficient has its first bit, by the neighbours that have bits.</summary>
    internal static ReadOnlySpan<byte> First(int orientation) => s_first.AsSpan(orientation * (Neighbours + 1), Neighbours + 1);

    /// <summary>The context of a sign, above whether the sign is the other one.</summary>
    internal static int Sign(int flags) => s_signs[(flags >> SignShift) & 255];

    /// <summary>The context of a bit that is not the first.</summary>
    internal static int Refined(int flags) => FirstRefined + ((flags & IsRefined) != 0 ? 2 : (flags & Neighbours) != 0 ? 1 : 0);

    private static byte[] MakeFirst()
    {
        byte[] table = new byte[Orientations * (Neighbours + 1)];
        for (int i = 0; i < table.Length; i++)
        {
            int across = One(i, East) + One(i, West);
            int along = One(i, North) + One(i, South);
            int diagonal = One(i, NorthEast) + One(i, NorthWest) + One(i, SouthEast) + One(i, SouthWest);
            table[i] = (byte)((i / (Neighbours + 1)) switch
            {
                1 => Straight(along, across, diagonal),
                3 => Diagonal(across + along, diagonal),
                _ => Straight(across, along, diagonal),
            });
        }

        return table;
    }

    private static int Straight(int first, int second, int diagonal) => (first, second) switch
    {
        (2, _) => 8,
        (1, 0) => diagonal > 0 ? 6 : 5,
        (1, _) => 7,
        (_, 0) => Math.Min(2, diagonal),
        _ => 2 + second,
    };

    private static int Diagonal(int straight, int diagonal) => diagonal switch
    {
        0 => Math.Min(2, straight),
        1 => 3 + Math.Min(2, straight),
        2 => straight > 0 ? 7 : 6,
        _ => 8,
    };

    /// <summary>By the four nearest neighbours that have bits in the low half, and their signs in the high half.</summary>
    private static byte[] MakeSigns()
    {
        byte[] table = new byte[256];
        for (int i = 0; i < table.Length; i++)
        {
            int across = Math.Clamp(Signed(i, East >> SignShift) + Signed(i, West >> SignShift), -1, 1);
            int along = Math.Clamp(Signed(i, North >> SignShift) + Signed(i, South >> SignShift), -1, 1);
            bool isOther = across < 0 || (across == 0 && along < 0);
            (across, along) = isOther ? (-across, -along) : (across, along);
            int context = FirstSign + (across == 0 ? along : 3 + along);
            table[i] = (byte)((context << 1) | (isOther ? 1 : 0));
        }

        return table;
    }

    private static int Signed(int flags, int neighbour) => (flags & neighbour) == 0 ? 0 : (flags & (neighbour << SignShift)) != 0 ? -1 : 1;

    private static int One(int flags, int neighbour) => (flags & neighbour) != 0 ? 1 : 0;
}
