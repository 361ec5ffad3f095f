using System.Buffers.Binary;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images.Jpeg2000;

/// <summary>Makes JPEG 2000 files. Where blocks lie is asked of the decoder; all that is coded is coded here.</summary>
internal static class Jp2Encoder
{
    private const int ExtraBits = 4;
    private const int GuardBits = 3;

    /// <summary>A codestream of samples [height, width, components].</summary>
    public static byte[] Encode(int[] samples, int width, int components, Jp2Options options)
    {
        int height = samples.Length / width / components;
        (int x1, int y1) = (options.Offset + width, options.Offset + height);
        int tile = options.Tile == 0 ? Math.Max(x1, y1) : options.Tile;
        byte[] size = [0, 0, .. Words(x1, y1, options.Offset, options.Offset, tile, tile, 0, 0), 0, (byte)components,
            .. Enumerable.Repeat(new byte[] { (byte)(options.Bits - 1), 1, 1 }, components).SelectMany(b => b)];
        byte[] precincts = options.PrecinctBits == 15 ? [] : [.. Enumerable.Repeat((byte)(options.PrecinctBits * 17), options.Levels + 1)];
        byte[] coding = [(byte)((precincts.Length > 0 ? 1 : 0) + (options.HasMarkers ? 6 : 0)), (byte)options.Order, 0, (byte)options.Layers, (byte)(options.IsMixed ? 1 : 0),
            (byte)options.Levels, (byte)(options.BlockBitsX - 2), (byte)(options.BlockBitsY - 2), (byte)options.Style, (byte)(options.IsReversible ? 1 : 0), .. precincts];
        int[] exponents = [.. Enumerable.Range(0, 1 + (3 * options.Levels)).Select(b => options.Bits + 1 + (b == 0 ? 0 : b % 3 == 0 ? 2 : 1) + (options.IsReversible ? 0 : ExtraBits))];
        byte[] quantization = options.IsReversible
            ? [GuardBits << 5, .. exponents.Select(e => (byte)(e << 3))]
            : [(GuardBits << 5) | 2, .. exponents.SelectMany(e => new byte[] { (byte)(e << 3), 0 })];

        Jp2Parameters parameters = new(components);
        parameters.Read(0xFF52, coding);
        parameters.Read(0xFF5C, quantization);
        Jp2Size parsed = Jp2Size.Read(size);
        List<byte> file = [0xFF, 0x4F, .. Segment(0x51, size), .. Segment(0x64, [0, 1, 65]), .. Segment(0x52, coding), .. Segment(0x5C, quantization)];
        for (int i = 0; i < parsed.TilesWide * parsed.TilesHigh; i++)
        {
            byte[] packets = EncodeTile(samples, width, parsed, i, parameters, options);
            file.AddRange([.. Segment(0x90, [(byte)(i >> 8), (byte)i, .. Words(packets.Length + 14), 0, 1]), 0xFF, 0x93, .. packets]);
        }

        return [.. file, 0xFF, 0xD9];
    }

    /// <summary>A file around a codestream.</summary>
    public static byte[] Container(byte[] codestream, int colorSpace)
    {
        byte[] color = Box("colr", [1, 0, 0, .. Words(colorSpace)]);
        return [.. Box("jP  ", [13, 10, 0x87, 10]), .. Box("ftyp", [.. "jp2 \0\0\0\0jp2 "u8]), .. Box("jp2h", [.. Box("ihdr", new byte[14]), .. color]), .. Box("jp2c", codestream)];
    }

    public static byte[] Box(string kind, byte[] content) => [.. Words(content.Length + 8), .. kind.Select(c => (byte)c), .. content];

    private static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static byte[] Words(params int[] values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), values[i]);
        }

        return bytes;
    }

    private static byte[] EncodeTile(int[] samples, int width, Jp2Size size, int number, Jp2Parameters parameters, Jp2Options options)
    {
        using Jp2Tile tile = new();
        Jp2Rect area = size.Tile(number);
        tile.Lay(area, size.Components, parameters, int.MaxValue);
        double[][] planes = Planes(samples, width, size, area, options);
        foreach (Jp2Resolution resolution in tile.Resolutions.Items.ToArray().OrderByDescending(r => r.Number))
        {
            if (resolution.Number > 0 && !resolution.Area.IsEmpty)
            {
                Jp2Rect own = resolution.Area;
                Jp2Forward.Transform(planes[resolution.Component], area.Width, own.Width, own.Height, own.X0, own.Y0, options.IsReversible);
            }
        }

        Jp2PacketWriter writer = new(tile, planes, area.Width, options);
        var packets =
            from layer in Enumerable.Range(0, options.Layers)
            from r in Enumerable.Range(0, tile.Resolutions.Count)
            let resolution = tile.Resolutions[r]
            from precinct in Enumerable.Range(0, resolution.PrecinctsWide * resolution.PrecinctsHigh)
            select (layer, r, resolution.Number, resolution.Component, precinct);
        packets = options.Order switch
        {
            Jp2Order.LayerResolution => packets.OrderBy(p => (p.layer, p.Number, p.Component, p.precinct)),
            Jp2Order.ResolutionLayer => packets.OrderBy(p => (p.Number, p.layer, p.Component, p.precinct)),
            Jp2Order.ResolutionPosition => packets.OrderBy(p => (p.Number, p.precinct, p.Component, p.layer)),
            _ => packets.OrderBy(p => (p.Component, p.Number, p.precinct, p.layer)),
        };
        return [.. packets.SelectMany(p => writer.Write(p.r, p.precinct, p.layer))];
    }

    private static double[][] Planes(int[] samples, int width, Jp2Size size, Jp2Rect area, Jp2Options options)
    {
        int count = size.Components.Length;
        double[][] planes = [.. Enumerable.Range(0, count).Select(c => Enumerable.Range(0, area.Width * area.Height).Select(i =>
        {
            (int y, int x) = (area.Y0 - options.Offset + (i / area.Width), area.X0 - options.Offset + (i % area.Width));
            return (double)(samples[(((y * width) + x) * count) + c] - (1 << (options.Bits - 1)));
        }).ToArray())];
        for (int i = 0; options.IsMixed && i < planes[0].Length; i++)
        {
            (double r, double g, double b) = (planes[0][i], planes[1][i], planes[2][i]);
            (planes[0][i], planes[1][i], planes[2][i]) = options.IsReversible
                ? (Math.Floor((r + (2 * g) + b) / 4), b - g, r - g)
                : ((0.299 * r) + (0.587 * g) + (0.114 * b), (-0.168736 * r) - (0.331264 * g) + (0.5 * b), (0.5 * r) - (0.418688 * g) - (0.081312 * b));
        }

        return planes;
    }
}
