namespace ModelBuild.Kernels;

/// <summary>How a component is coded (T.800 A.6.1).</summary>
/// <param name="Levels">The levels of the wavelet transform.</param>
/// <param name="BlockBitsX">The columns of a code-block, as a power of two.</param>
/// <param name="BlockBitsY">The rows of a code-block, as a power of two.</param>
/// <param name="Style">How code-blocks are coded.</param>
/// <param name="IsReversible">Whether the transform is the one in integers.</param>
/// <param name="PrecinctBits">The sizes of precincts for each resolution as powers of two: columns in the low four bits, rows above.</param>
internal sealed record Jp2Coding(int Levels, int BlockBitsX, int BlockBitsY, Jp2BlockStyle Style, bool IsReversible, byte[] PrecinctBits)
{
    private const int MaxLevels = 32;
    private const int MaxBlockBits = 10;
    private const int MaxBlockArea = 12;
    private const byte LargestPrecinct = 0xFF;

    /// <summary>Reads it.</summary>
    /// <param name="bytes">What follows the style.</param>
    /// <param name="hasPrecincts">Whether precincts have sizes.</param>
    internal static Jp2Coding Read(ref Jp2Bytes bytes, bool hasPrecincts)
    {
        int levels = bytes.ReadByte();
        int x = (bytes.ReadByte() & 0xF) + 2;
        int y = (bytes.ReadByte() & 0xF) + 2;
        var style = (Jp2BlockStyle)bytes.ReadByte();
        int transform = bytes.ReadByte();
        if (levels > MaxLevels || x > MaxBlockBits || y > MaxBlockBits || x + y > MaxBlockArea || transform > 1)
        {
            throw Jp2Errors.Damaged("the way in which it is coded does not exist");
        }

        if ((int)style >= 0x40)
        {
            throw Jp2Errors.Unsupported("blocks of another coder (HTJ2K)");
        }

        byte[] precincts = new byte[levels + 1];
        for (int r = 0; r <= levels; r++)
        {
            precincts[r] = hasPrecincts ? (byte)bytes.ReadByte() : LargestPrecinct;
            if (r > 0 && ((precincts[r] & 0xF) == 0 || precincts[r] >> 4 == 0))
            {
                throw Jp2Errors.Damaged("a precinct has no size");
            }
        }

        return new Jp2Coding(levels, x, y, style, transform == 1, precincts);
    }
}
