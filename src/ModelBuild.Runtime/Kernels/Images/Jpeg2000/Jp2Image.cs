using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>Decodes a JPEG 2000 codestream, one tile after another.</summary>
internal static class Jp2Image
{
    /// <summary>Decodes it.</summary>
    /// <param name="data">The codestream.</param>
    /// <param name="colors">What its components mean.</param>
    /// <param name="target">Receives the pixels.</param>
    internal static void Decode(ReadOnlySpan<byte> data, Jp2Colors colors, PixelTarget target)
    {
        using Jp2List<Jp2TilePart> parts = new();
        Jp2Parameters main = Jp2Codestream.Read(data, out Jp2Size size, parts);
        using Jp2Tile tile = new();
        int part = 0;
        for (int i = 0; i < size.TilesWide * size.TilesHigh; i++)
        {
            int first = part;
            while (part < parts.Count && parts[part].Tile == i)
            {
                part++;
            }

            if (first == part)
            {
                throw Jp2Errors.Damaged($"tile {i} is missing");
            }

            DecodeTile(data, parts.Items[first..part], tile, size, i, main, colors, target);
        }
    }

    private static void DecodeTile(
        ReadOnlySpan<byte> data, ReadOnlySpan<Jp2TilePart> parts, Jp2Tile tile, Jp2Size size, int number, Jp2Parameters main, Jp2Colors colors, PixelTarget target)
    {
        Jp2Parameters parameters = new(main);
        int length = 0;
        foreach (Jp2TilePart part in parts)
        {
            Jp2Codestream.ReadHeader(data, part, parameters);
            length += part.End - part.Data;
        }

        using PooledMemory<byte> joined = new(Jp2Errors.Format, parts.Length == 1 ? 0 : length);
        ReadOnlySpan<byte> packets = data[parts[0].Data..parts[0].End];
        if (parts.Length > 1)
        {
            int to = 0;
            foreach (Jp2TilePart part in parts)
            {
                data[part.Data..part.End].CopyTo(joined.Span[to..]);
                to += part.End - part.Data;
            }

            packets = joined.Span;
        }

        Jp2Rect area = size.Tile(number);
        tile.Lay(area, size.Components, parameters, packets.Length);
        Jp2Packets.Read(tile, area, size.Components, parameters, packets);

        long samples = 0;
        long memory = 0;
        foreach (Jp2Component component in size.Components)
        {
            Jp2Rect own = area.Every(component.StepX, component.StepY);
            samples += (long)own.Width * own.Height;
            memory = Math.Max(memory, Jp2Wavelet.Memory(own));
        }

        using PooledMemory<int> all = new(Jp2Errors.Format, samples, isCleared: true);
        using PooledMemory<int> scratch = new(Jp2Errors.Format, Math.Max(memory, Jp2Blocks.Values));
        using PooledMemory<ushort> flags = new(Jp2Errors.Format, Jp2Blocks.Flags);
        Span<int> rest = all.Span;
        for (int c = 0; c < size.Components.Length; c++)
        {
            Jp2Rect own = area.Every(size.Components[c].StepX, size.Components[c].StepY);
            Span<int> plane = rest[..(own.Width * own.Height)];
            rest = rest[plane.Length..];
            DecodeBlocks(new Jp2Blocks(scratch.Span, flags.Span), tile, c, packets, parameters, plane, own.Width);
            Undo(tile, c, parameters, plane, own.Width, scratch.Span);
        }

        Jp2Samples.Finish(all.Span, area, size, parameters);
        Jp2Output.Write(all.Span, area, size, colors, target);
    }

    private static void DecodeBlocks(Jp2Blocks blocks, Jp2Tile tile, int component, ReadOnlySpan<byte> packets, Jp2Parameters parameters, Span<int> plane, int stride)
    {
        (int first, int end) = ResolutionsOf(tile, component);
        int lastBand = tile.Resolutions[end - 1].FirstBand + tile.Resolutions[end - 1].Bands - 1;
        foreach (ref Jp2Block block in tile.Blocks.Items)
        {
            if (block.Passes > 0 && block.Band >= tile.Resolutions[first].FirstBand && block.Band <= lastBand)
            {
                blocks.Decode(tile, block, packets, parameters.CodingOf(component), parameters.Shifts[component], plane, stride);
            }
        }
    }

    private static void Undo(Jp2Tile tile, int component, Jp2Parameters parameters, Span<int> plane, int stride, Span<int> memory)
    {
        (int first, int end) = ResolutionsOf(tile, component);
        ReadOnlySpan<Jp2Resolution> resolutions = tile.Resolutions.Items[first..end];
        if (parameters.CodingOf(component).IsReversible)
        {
            Jp2Wavelet.Undo<int, Jp2Lifting53>(plane, stride, resolutions, memory);
        }
        else
        {
            Jp2Wavelet.Undo<float, Jp2Lifting97>(MemoryMarshal.Cast<int, float>(plane), stride, resolutions, MemoryMarshal.Cast<int, float>(memory));
        }
    }

    private static (int First, int End) ResolutionsOf(Jp2Tile tile, int component)
    {
        ReadOnlySpan<Jp2Resolution> all = tile.Resolutions.Items;
        int first = 0;
        while (all[first].Component != component)
        {
            first++;
        }

        int end = first;
        while (end < all.Length && all[end].Component == component)
        {
            end++;
        }

        return (first, end);
    }
}
