using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images.Jpeg2000;

/// <summary>Codes blocks, shares their passes out among layers, and writes packets.</summary>
internal sealed class Jp2PacketWriter
{
    private readonly Jp2Tile _tile;
    private readonly Jp2Options _options;
    private readonly (int Planes, List<(int Passes, byte[] Data, int Layer)> Pieces)[] _blocks;
    private readonly int[] _lengthBits;
    private readonly Dictionary<int, (Jp2TagTreeWriter Layers, Jp2TagTreeWriter Planes)> _trees = [];
    private int _count;

    public Jp2PacketWriter(Jp2Tile tile, double[][] planes, int stride, Jp2Options options)
    {
        (_tile, _options) = (tile, options);
        _lengthBits = [.. Enumerable.Repeat(3, tile.Blocks.Count)];
        _blocks = [.. tile.Blocks.Items.ToArray().Select((b, i) => Encode(b, planes, stride, i))];
    }

    public byte[] Write(int resolution, int number, int layer)
    {
        Jp2BitWriter bits = new();
        List<byte> body = [];
        bits.Write(1, 1);
        Jp2Resolution own = _tile.Resolutions[resolution];
        for (int b = own.FirstBand; b < own.FirstBand + own.Bands; b++)
        {
            int index = _tile.Bands[b].FirstPrecinct + number;
            Jp2Precinct precinct = _tile.Precincts[index];
            for (int i = 0; i < precinct.BlocksWide * precinct.BlocksHigh; i++)
            {
                WriteBlock(bits, body, index, precinct, i, layer, _tile.Bands[b].Planes);
            }
        }

        byte[] start = _options.HasMarkers ? [0xFF, 0x91, 0, 4, (byte)(_count >> 8), (byte)_count] : [];
        byte[] end = _options.HasMarkers ? [0xFF, 0x92] : [];
        _count++;
        return [.. start, .. bits.ToArray(), .. end, .. body];
    }

    private void WriteBlock(Jp2BitWriter bits, List<byte> body, int index, Jp2Precinct precinct, int i, int layer, int bandPlanes)
    {
        (int x, int y) = (i % precinct.BlocksWide, i / precinct.BlocksWide);
        int block = precinct.FirstBlock + i;
        var pieces = _blocks[block].Pieces.Where(p => p.Layer == layer).ToArray();
        int first = FirstLayer(block);
        if (first >= layer)
        {
            Trees(index, precinct, bandPlanes).Layers.Write(bits, x, y, layer + 1);
        }
        else
        {
            bits.Write(pieces.Length > 0 ? 1 : 0, 1);
        }

        if (pieces.Length == 0)
        {
            return;
        }

        if (first == layer)
        {
            for (int value = 1; value <= bandPlanes - _blocks[block].Planes + 1; value++)
            {
                Trees(index, precinct, bandPlanes).Planes.Write(bits, x, y, value);
            }
        }

        WritePasses(bits, pieces.Sum(p => p.Passes));
        int grown = Math.Max(0, pieces.Max(p => int.Log2(p.Data.Length | 1) + 1 - int.Log2(p.Passes)) - _lengthBits[block]);
        _lengthBits[block] += grown;
        bits.Write((1 << (grown + 1)) - 2, grown + 1);
        foreach ((int passes, byte[] data, _) in pieces)
        {
            bits.Write(data.Length, _lengthBits[block] + int.Log2(passes));
            body.AddRange(data);
        }
    }

    private (Jp2TagTreeWriter Layers, Jp2TagTreeWriter Planes) Trees(int index, Jp2Precinct precinct, int bandPlanes)
    {
        if (!_trees.TryGetValue(index, out (Jp2TagTreeWriter Layers, Jp2TagTreeWriter Planes) trees))
        {
            int[] blocks = [.. Enumerable.Range(precinct.FirstBlock, precinct.BlocksWide * precinct.BlocksHigh)];
            trees = (new([.. blocks.Select(FirstLayer)], precinct.BlocksWide), new([.. blocks.Select(b => bandPlanes - _blocks[b].Planes)], precinct.BlocksWide));
            _trees.Add(index, trees);
        }

        return trees;
    }

    private int FirstLayer(int block) => _blocks[block].Pieces.Count == 0 ? int.MaxValue - 1 : _blocks[block].Pieces[0].Layer;

    private static void WritePasses(Jp2BitWriter bits, int passes)
    {
        (int value, int count) = passes switch
        {
            1 => (0, 1),
            2 => (2, 2),
            <= 5 => (0b1100 + passes - 3, 4),
            <= 36 => (0b1111_00000 + passes - 6, 9),
            _ => ((0b1_1111_1111 << 7) + passes - 37, 16),
        };
        bits.Write(value, count);
    }

    private (int Planes, List<(int Passes, byte[] Data, int Layer)> Pieces) Encode(Jp2Block block, double[][] planes, int stride, int seed)
    {
        Jp2Band band = _tile.Bands[block.Band];
        int component = _tile.Resolutions.Items.ToArray().Last(r => r.FirstBand <= block.Band).Component;
        int width = block.Area.Width;
        int[] values = [.. Enumerable.Range(0, width * block.Area.Height).Select(i =>
        {
            int at = band.Place + ((block.Area.Y0 - band.Area.Y0 + (i / width)) * stride) + block.Area.X0 - band.Area.X0 + (i % width);
            double value = planes[component][at];
            return _options.IsReversible ? (int)value : (int)Math.Truncate(value / band.Step);
        })];
        if (values.All(v => v == 0))
        {
            return (band.Planes, []);
        }

        Jp2BlockEncoder encoder = new(values, width, band.Orientation, _options.Style);
        List<(int Passes, byte[] Data, int Layer)> pieces = [];
        Random random = new(seed);
        int layer = random.Next(_options.Layers);
        foreach ((int passes, byte[] data) in encoder.Encode())
        {
            // A segment of several passes may go on in a later layer, wherever its bytes are cut.
            int cut = random.Next(2) == 0 && layer < _options.Layers - 1 ? random.Next(passes) : 0;
            if (cut > 0)
            {
                int bytes = random.Next(data.Length + 1);
                pieces.Add((cut, data[..bytes], layer));
                layer = random.Next(layer + 1, _options.Layers);
                pieces.Add((passes - cut, data[bytes..], layer));
            }
            else
            {
                pieces.Add((passes, data, layer));
            }

            layer += random.Next(3) == 0 && layer < _options.Layers - 1 ? 1 : 0;
        }

        return (encoder.Planes, pieces);
    }
}
