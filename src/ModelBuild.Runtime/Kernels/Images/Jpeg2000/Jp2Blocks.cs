using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>Decodes the code-blocks of a tile's component into its memory, where the bands lie beside one another.</summary>
internal ref struct Jp2Blocks
{
    private const int MaxArea = 4096;
    private const int MaxFlags = ((1 << 10) + 2) * (4 + 2);
    private readonly Span<int> _values;
    private readonly Span<ushort> _flags;

    /// <summary>Memory for one block.</summary>
    internal Jp2Blocks(Span<int> values, Span<ushort> flags)
    {
        _values = values;
        _flags = flags;
    }

    /// <summary>The values of the largest block.</summary>
    internal static int Values => MaxArea;

    /// <summary>The flags of the block that has most of them.</summary>
    internal static int Flags => MaxFlags;

    /// <summary>Decodes one block.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="block">The block.</param>
    /// <param name="data">The tile's data.</param>
    /// <param name="coding">How the component is coded.</param>
    /// <param name="shift">The bits by which a region of interest is shifted.</param>
    /// <param name="samples">The component's samples, of the transform in reals the bits of floats.</param>
    /// <param name="stride">Samples from one row to the next.</param>
    internal readonly void Decode(Jp2Tile tile, in Jp2Block block, ReadOnlySpan<byte> data, Jp2Coding coding, int shift, Span<int> samples, int stride)
    {
        Jp2Band band = tile.Bands[block.Band];
        (int width, int height) = (block.Area.Width, block.Area.Height);
        Span<int> values = _values[..(width * height)];
        values.Clear();
        _flags[..((width + 2) * (height + 2))].Clear();
        DecodePasses(new Jp2BlockDecoder(_values, _flags, width, height, band.Orientation, (coding.Style & Jp2BlockStyle.Causal) != 0), tile, block, data, coding.Style);
        if (shift > 0)
        {
            Unshift(values, shift);
        }

        int place = band.Place + ((block.Area.Y0 - band.Area.Y0) * stride) + block.Area.X0 - band.Area.X0;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<int> row = values.Slice(y * width, width);
            Span<int> to = samples.Slice(place + (y * stride), width);
            if (coding.IsReversible)
            {
                for (int x = 0; x < width; x++)
                {
                    to[x] = row[x] / 2;
                }
            }
            else
            {
                Span<float> reals = MemoryMarshal.Cast<int, float>(to);
                float step = band.Step / 2;
                for (int x = 0; x < width; x++)
                {
                    reals[x] = row[x] * step;
                }
            }
        }
    }

    private static void DecodePasses(Jp2BlockDecoder decoder, Jp2Tile tile, in Jp2Block block, ReadOnlySpan<byte> data, Jp2BlockStyle style)
    {
        Span<byte> contexts = stackalloc byte[Jp2Arithmetic.Contexts];
        Jp2Contexts.Reset(contexts);
        int pass = 0;
        for (int first = block.FirstPiece; first >= 0;)
        {
            int length = 0;
            int passes = 0;
            int end = first;
            do
            {
                Jp2Piece piece = tile.Pieces[end];
                length += piece.Length;
                passes += piece.Passes;
                end = piece.Next;
            }
            while (end >= 0 && !tile.Pieces[end].StartsSegment);

            if (tile.Pieces[first].Next == end)
            {
                decoder.Decode(data.Slice(tile.Pieces[first].Start, length), contexts, pass, passes, block.Planes, style);
            }
            else
            {
                using PooledMemory<byte> joined = new(Jp2Errors.Format, length);
                for (int i = first, to = 0; i != end; i = tile.Pieces[i].Next)
                {
                    data.Slice(tile.Pieces[i].Start, tile.Pieces[i].Length).CopyTo(joined.Span[to..]);
                    to += tile.Pieces[i].Length;
                }

                decoder.Decode(joined.Span, contexts, pass, passes, block.Planes, style);
            }

            pass += passes;
            first = end;
        }
    }

    private static void Unshift(Span<int> values, int shift)
    {
        foreach (ref int value in values)
        {
            int size = Math.Abs(value);
            if (size >> 1 >> Math.Min(shift, 30) != 0)
            {
                value = Math.Sign(value) * (size >> shift);
            }
        }
    }
}
