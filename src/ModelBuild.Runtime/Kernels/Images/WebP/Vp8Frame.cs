namespace ModelBuild.Kernels;

/// <summary>Reads the macroblocks of a lossy WebP picture and puts their pixels into planes, before the loop filter.</summary>
internal readonly ref struct Vp8Frame
{
    /// <summary>The bytes of state that each column of macroblocks takes: four modes, and whether each of nine blocks has coefficients.</summary>
    internal const int ContextsOfColumn = 4 + Blocks;

    private const int Blocks = 9;
    private const int BlueBlocks = 4;
    private const int RedBlocks = 6;
    private const int MeansBlock = 8;
    private const int Coefficients = 16;
    private const int LumaBlocks = 16;
    private const int AllBlocks = 24;
    private readonly Vp8Header _header;
    private readonly Span<byte> _contexts;

    /// <summary>A frame in memory.</summary>
    /// <param name="header">What stands before the macroblocks.</param>
    /// <param name="luma">The plane of luma.</param>
    /// <param name="blue">The plane of the blue difference.</param>
    /// <param name="red">The plane of the red difference.</param>
    /// <param name="kinds">Receives for each macroblock its place in the levels of the filter above one bit: whether there are sides inside that are filtered.</param>
    /// <param name="contexts">Zeros, <see cref="ContextsOfColumn"/> for each column.</param>
    internal Vp8Frame(Vp8Header header, Vp8Plane luma, Vp8Plane blue, Vp8Plane red, Span<byte> kinds, Span<byte> contexts)
    {
        _header = header;
        _contexts = contexts;
        Luma = luma;
        Blue = blue;
        Red = red;
        Kinds = kinds;
    }

    /// <summary>The plane of luma.</summary>
    internal Vp8Plane Luma { get; }

    /// <summary>The plane of the blue difference.</summary>
    internal Vp8Plane Blue { get; }

    /// <summary>The plane of the red difference.</summary>
    internal Vp8Plane Red { get; }

    /// <summary>For each macroblock its place in the levels of the filter above one bit: whether there are sides inside that are filtered.</summary>
    internal Span<byte> Kinds { get; }

    /// <summary>Reads all macroblocks.</summary>
    internal void Decode(ReadOnlySpan<byte> data, int columns, int rows)
    {
        Vp8Bools modes = _header.First;
        Span<byte> left = stackalloc byte[ContextsOfColumn];
        Span<short> coefficients = stackalloc short[AllBlocks * Coefficients];
        for (int y = 0; y < rows; y++)
        {
            ref Vp8Bools partition = ref _header.Partitions[y & (_header.Partitions.Length - 1)];
            left.Clear();
            for (int x = 0; x < columns; x++)
            {
                Span<byte> above = _contexts.Slice(x * ContextsOfColumn, ContextsOfColumn);
                Kinds[(y * columns) + x] = DecodeBlock(ref modes, ref partition, data, above, left, coefficients, y, x);
            }

            Luma.ExtendRow((y * Vp8Image.Side) + Vp8Image.Side - 1);
        }
    }

    private byte DecodeBlock(
        ref Vp8Bools modes, ref Vp8Bools partition, ReadOnlySpan<byte> data, Span<byte> above, Span<byte> left, Span<short> coefficients, int y, int x)
    {
        int segment = _header.HasSegmentMap ? ReadSegment(ref modes, data) : 0;
        bool isSkipped = _header.SkipProbability is { } skip && modes.Read(data, skip);
        bool isSmall = !modes.Read(data, 145);
        Span<byte> small = stackalloc byte[LumaBlocks];
        if (isSmall)
        {
            Vp8Modes.ReadSmall(ref modes, data, above[..4], left[..4], small);
        }
        else
        {
            small[0] = Vp8Modes.ReadLuma(ref modes, data);
            above[..4].Fill(small[0]);
            left[..4].Fill(small[0]);
        }

        byte chroma = Vp8Modes.ReadChroma(ref modes, data);
        uint coded = 0;
        above = above[4..];
        left = left[4..];
        if (isSkipped)
        {
            above[..MeansBlock].Clear();
            left[..MeansBlock].Clear();
            if (!isSmall)
            {
                above[MeansBlock] = left[MeansBlock] = 0;
            }
        }
        else
        {
            coefficients.Clear();
            coded = ReadResiduals(ref partition, data, above, left, coefficients, isSmall, _header.Segments[segment]);
        }

        if (isSmall)
        {
            PutSmall(small, coefficients, coded, y, x);
        }
        else
        {
            int at = Luma.At(y * Vp8Image.Side, x * Vp8Image.Side);
            Vp8Predictor.Large(Luma.Pixels, at, Luma.Stride, Vp8Image.Side, small[0], y > 0, x > 0);
            AddBlocks(Luma, at, 4, coefficients, coded);
        }

        PutChroma(Blue, chroma, coefficients[(LumaBlocks * Coefficients)..], coded >> LumaBlocks, y, x);
        PutChroma(Red, chroma, coefficients[((LumaBlocks + 4) * Coefficients)..], coded >> (LumaBlocks + 4), y, x);
        return (byte)((segment << 2) | (isSmall ? 3 : coded != 0 ? 1 : 0));
    }

    private int ReadSegment(ref Vp8Bools modes, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> p = _header.SegmentProbabilities;
        return modes.Read(data, p[0]) ? (modes.Read(data, p[2]) ? 3 : 2) : modes.Read(data, p[1]) ? 1 : 0;
    }

    /// <summary>Reads the coefficients of a macroblock; a bit of the result tells for each block whether it has any.</summary>
    private uint ReadResiduals(
        ref Vp8Bools partition, ReadOnlySpan<byte> data, Span<byte> above, Span<byte> left, Span<short> coefficients, bool isSmall, in Vp8Segment segment)
    {
        int first = 0;
        if (!isSmall)
        {
            first = 1;
            Span<short> means = stackalloc short[Coefficients];
            means.Clear();
            int end = Vp8Residuals.Read(ref partition, data, Of(1), above[MeansBlock] + left[MeansBlock], 0, segment.Means, means);
            above[MeansBlock] = left[MeansBlock] = (byte)(end > 0 ? 1 : 0);
            Vp8Transforms.Means(means, coefficients);
        }

        return ReadBlocks(ref partition, data, Of(isSmall ? 3 : 0), above, left, coefficients, 4, first, segment.Luma)
            | (ReadBlocks(ref partition, data, Of(2), above[BlueBlocks..], left[BlueBlocks..], coefficients[(LumaBlocks * Coefficients)..], 2, 0, segment.Chroma) << LumaBlocks)
            | (ReadBlocks(ref partition, data, Of(2), above[RedBlocks..], left[RedBlocks..], coefficients[((LumaBlocks + 4) * Coefficients)..], 2, 0, segment.Chroma) << (LumaBlocks + 4));
    }

    private static uint ReadBlocks(
        ref Vp8Bools partition, ReadOnlySpan<byte> data, ReadOnlySpan<byte> probabilities, Span<byte> above, Span<byte> left, Span<short> coefficients, int side, int first, (int Dc, int Ac) steps)
    {
        uint coded = 0;
        for (int block = 0; block < side * side; block++)
        {
            ref byte up = ref above[block % side];
            ref byte back = ref left[block / side];
            Span<short> own = coefficients.Slice(block * Coefficients, Coefficients);
            int end = Vp8Residuals.Read(ref partition, data, probabilities, up + back, first, steps, own);
            up = back = (byte)(end > first ? 1 : 0);
            coded |= (end > 1 || own[0] != 0 ? 1u : 0) << block;
        }

        return coded;
    }

    private ReadOnlySpan<byte> Of(int kind) => _header.Probabilities.Slice(kind * Vp8Coefficients.OfKind, Vp8Coefficients.OfKind);

    private void PutSmall(ReadOnlySpan<byte> modes, ReadOnlySpan<short> coefficients, uint coded, int y, int x)
    {
        int corner = Luma.At(y * Vp8Image.Side, x * Vp8Image.Side);
        for (int block = 0; block < LumaBlocks; block++)
        {
            int column = 4 * (block & 3);
            int at = corner + (4 * (block >> 2) * Luma.Stride) + column;

            // To the right of the last column nothing is decoded yet but the row above the macroblock.
            int aboveRight = (column == 12 ? corner + column : at) - Luma.Stride + 4;
            Vp8Predictor.FourByFour(Luma.Pixels, at, Luma.Stride, modes[block], aboveRight);
            if (((coded >> block) & 1) != 0)
            {
                Vp8Transforms.Add(coefficients.Slice(block * Coefficients, Coefficients), Luma.Pixels, at, Luma.Stride);
            }
        }
    }

    private static void PutChroma(Vp8Plane plane, byte mode, ReadOnlySpan<short> coefficients, uint coded, int y, int x)
    {
        int at = plane.At(y * Vp8Image.Side / 2, x * Vp8Image.Side / 2);
        Vp8Predictor.Large(plane.Pixels, at, plane.Stride, Vp8Image.Side / 2, mode, y > 0, x > 0);
        AddBlocks(plane, at, 2, coefficients, coded);
    }

    private static void AddBlocks(Vp8Plane plane, int at, int side, ReadOnlySpan<short> coefficients, uint coded)
    {
        for (int block = 0; block < side * side; block++)
        {
            if (((coded >> block) & 1) != 0)
            {
                Vp8Transforms.Add(coefficients.Slice(block * Coefficients, Coefficients), plane.Pixels, at + (4 * (block / side) * plane.Stride) + (4 * (block % side)), plane.Stride);
            }
        }
    }
}
