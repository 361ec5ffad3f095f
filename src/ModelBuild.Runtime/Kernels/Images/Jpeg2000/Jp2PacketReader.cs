using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Reads one packet after another from the data of a tile (T.800 B.9 and B.10).</summary>
internal ref struct Jp2PacketReader(Jp2Tile tile, Jp2Parameters parameters, ReadOnlySpan<byte> data)
{
    private const int MaxLengthBits = 31;
    private const int BypassedFrom = 10;
    private const int MaxPlanes = 30;
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    /// <summary>Reads the packet of a layer of a precinct.</summary>
    /// <param name="resolution">The resolution's place in the tile.</param>
    /// <param name="number">The precinct.</param>
    /// <param name="layer">The layer.</param>
    internal void Read(int resolution, int number, int layer)
    {
        if (parameters.MayStartPackets && _data[_position..].StartsWith((ReadOnlySpan<byte>)[0xFF, 0x91]))
        {
            _position = Math.Min(_data.Length, _position + 6);
        }

        Jp2Resolution own = tile.Resolutions[resolution];
        Jp2BlockStyle style = parameters.CodingOf(own.Component).Style;
        int firstPiece = tile.Pieces.Count;
        Jp2HeaderBits bits = new(_data, _position);
        if (bits.Read())
        {
            for (int b = 0; b < own.Bands; b++)
            {
                Jp2Band band = tile.Bands[own.FirstBand + b];
                ReadHeaders(ref bits, tile.Precincts[band.FirstPrecinct + number], band.Planes, layer, style);
            }
        }

        _position = Math.Min(_data.Length, bits.End());
        if (parameters.EndsHeaders && _data[_position..].StartsWith((ReadOnlySpan<byte>)[0xFF, 0x92]))
        {
            _position += 2;
        }

        foreach (ref Jp2Piece piece in tile.Pieces.Items[firstPiece..])
        {
            if (piece.Length > _data.Length - _position)
            {
                throw Jp2Errors.Ends();
            }

            piece.Start = _position;
            _position += piece.Length;
        }
    }

    private readonly void ReadHeaders(ref Jp2HeaderBits bits, in Jp2Precinct precinct, int planes, int layer, Jp2BlockStyle style)
    {
        Span<Jp2Node> nodes = tile.Nodes.Items;
        for (int i = 0; i < precinct.BlocksWide * precinct.BlocksHigh; i++)
        {
            (int x, int y) = (i % precinct.BlocksWide, i / precinct.BlocksWide);
            ref Jp2Block block = ref tile.Blocks[precinct.FirstBlock + i];
            bool isNew = block.Passes == 0;
            if (!(isNew ? Jp2TagTree.IsBelow(ref bits, nodes, precinct.LayerTree, precinct.BlocksWide, precinct.BlocksHigh, x, y, layer + 1) : bits.Read()))
            {
                continue;
            }

            if (isNew)
            {
                int empty = 0;
                while (!Jp2TagTree.IsBelow(ref bits, nodes, precinct.PlaneTree, precinct.BlocksWide, precinct.BlocksHigh, x, y, empty + 1))
                {
                    empty++;
                }

                block.Planes = planes - empty;
                if (block.Planes is < 1 or > MaxPlanes)
                {
                    throw Jp2Errors.Damaged($"a block has {block.Planes} planes of bits");
                }
            }

            int passes = ReadPasses(ref bits);
            if (block.Passes + passes > (3 * block.Planes) - 2)
            {
                throw Jp2Errors.Damaged("a block has more passes than planes of bits");
            }

            ReadLengths(ref bits, ref block, passes, style);
        }
    }

    private readonly void ReadLengths(ref Jp2HeaderBits bits, ref Jp2Block block, int passes, Jp2BlockStyle style)
    {
        while (bits.Read())
        {
            block.LengthBits++;
        }

        while (passes > 0)
        {
            int room = Room(block, style, out bool starts);
            int count = Math.Min(passes, room);
            int lengthBits = block.LengthBits + BitOperations.Log2((uint)count);
            if (lengthBits > MaxLengthBits)
            {
                throw Jp2Errors.Damaged("the length of a block's data has too many bits");
            }

            block.SegmentPasses = starts ? count : block.SegmentPasses + count;
            block.Passes += count;
            passes -= count;
            int piece = tile.Pieces.Count;
            tile.Pieces.Add(new Jp2Piece { Length = bits.Read(lengthBits), Passes = count, StartsSegment = starts, Next = -1 });
            if (block.LastPiece >= 0)
            {
                tile.Pieces[block.LastPiece].Next = piece;
            }

            block.FirstPiece = block.FirstPiece < 0 ? piece : block.FirstPiece;
            block.LastPiece = piece;
        }
    }

    /// <summary>The passes that the codeword segment of the next pass still takes.</summary>
    private static int Room(in Jp2Block block, Jp2BlockStyle style, out bool starts)
    {
        if ((style & Jp2BlockStyle.Terminate) != 0)
        {
            starts = true;
            return 1;
        }

        starts = block.Passes == 0;
        if ((style & Jp2BlockStyle.Bypass) == 0)
        {
            return int.MaxValue;
        }

        // Ten passes, then by turns two that are written as they are and one that is coded.
        if (block.Passes < BypassedFrom)
        {
            return BypassedFrom - block.Passes;
        }

        int turn = (block.Passes - BypassedFrom) % 3;
        starts = turn != 1;
        return turn == 0 ? 2 : 1;
    }

    private static int ReadPasses(ref Jp2HeaderBits bits)
    {
        if (!bits.Read())
        {
            return 1;
        }

        if (!bits.Read())
        {
            return 2;
        }

        int more = bits.Read(2);
        if (more < 3)
        {
            return 3 + more;
        }

        more = bits.Read(5);
        return more < 31 ? 6 + more : 37 + bits.Read(7);
    }
}
