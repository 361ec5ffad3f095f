namespace ModelBuild.Kernels;

/// <summary>Decodes the lossy kind of WebP: a key frame of VP8 (RFC 6386).</summary>
internal static class Vp8Image
{
    /// <summary>The pixels of a macroblock on each side.</summary>
    internal const int Side = 16;

    /// <summary>Decodes the picture.</summary>
    /// <param name="data">The data of the chunk.</param>
    /// <param name="target">Receives the pixels.</param>
    internal static void Decode(ReadOnlySpan<byte> data, PixelTarget target)
    {
        Vp8Header header = Vp8Header.Read(data);
        int columns = (target.Width + Side - 1) / Side;
        int rows = (target.Height + Side - 1) / Side;
        long luma = Vp8Plane.Length(columns * Side, rows * Side);
        long chroma = Vp8Plane.Length(columns * Side / 2, rows * Side / 2);
        using PooledMemory<byte> memory = new(WebPErrors.Format, luma + (2 * chroma));
        using PooledMemory<byte> state = new(WebPErrors.Format, ((long)columns * rows) + ((long)columns * Vp8Frame.ContextsOfColumn), isCleared: true);
        Vp8Frame frame = new(
            header,
            new Vp8Plane(memory.Span, columns * Side, rows * Side),
            new Vp8Plane(memory.Span[(int)luma..], columns * Side / 2, rows * Side / 2),
            new Vp8Plane(memory.Span[(int)(luma + chroma)..], columns * Side / 2, rows * Side / 2),
            state.Span[..(columns * rows)],
            state.Span[(columns * rows)..]);
        frame.Decode(data, columns, rows);
        if (header.Filter.IsOn)
        {
            Filter(frame, header.Filter, columns, rows);
        }

        Vp8Colors.Write(frame.Luma, frame.Blue, frame.Red, target);
    }

    private static void Filter(Vp8Frame frame, Vp8FilterHeader filter, int columns, int rows)
    {
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                int kind = frame.Kinds[(y * columns) + x];
                int level = filter.Levels[kind >> 1];
                if (level == 0)
                {
                    continue;
                }

                int inner = filter.InnerLimit(level);
                bool isInside = (kind & 1) != 0;
                if (filter.IsSimple)
                {
                    FilterSimple(frame.Luma, y, x, (2 * level) + inner, isInside);
                    continue;
                }

                FilterNormal(frame.Luma, Side, y, x, level, inner, isInside);
                FilterNormal(frame.Blue, Side / 2, y, x, level, inner, isInside);
                FilterNormal(frame.Red, Side / 2, y, x, level, inner, isInside);
            }
        }
    }

    private static void FilterSimple(Vp8Plane plane, int y, int x, int limit, bool isInside)
    {
        int at = plane.At(y * Side, x * Side);
        for (int i = x > 0 ? 0 : 4; i < (isInside ? Side : 4); i += 4)
        {
            Vp8LoopFilter.Simple(plane.Pixels, at + i, 1, plane.Stride, Side, i == 0 ? limit + 4 : limit);
        }

        for (int i = y > 0 ? 0 : 4; i < (isInside ? Side : 4); i += 4)
        {
            Vp8LoopFilter.Simple(plane.Pixels, at + (i * plane.Stride), plane.Stride, 1, Side, i == 0 ? limit + 4 : limit);
        }
    }

    private static void FilterNormal(Vp8Plane plane, int size, int y, int x, int level, int inner, bool isInside)
    {
        int limit = (2 * level) + inner;
        int threshold = level >= 40 ? 2 : level >= 15 ? 1 : 0;
        int at = plane.At(y * size, x * size);
        for (int i = x > 0 ? 0 : 4; i < (isInside ? size : 4); i += 4)
        {
            Vp8LoopFilter.Normal(plane.Pixels, at + i, 1, plane.Stride, size, i == 0 ? limit + 4 : limit, inner, threshold, i == 0);
        }

        for (int i = y > 0 ? 0 : 4; i < (isInside ? size : 4); i += 4)
        {
            Vp8LoopFilter.Normal(plane.Pixels, at + (i * plane.Stride), plane.Stride, 1, size, i == 0 ? limit + 4 : limit, inner, threshold, i == 0);
        }
    }
}
