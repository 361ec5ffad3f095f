namespace ModelBuild.Kernels;

/// <summary>The picture, its tiles and its components (T.800 A.5.1).</summary>
/// <param name="Area">The picture on the reference grid.</param>
/// <param name="FirstTile">The first tile.</param>
/// <param name="Components">The components.</param>
internal sealed record Jp2Size(Jp2Rect Area, Jp2Rect FirstTile, Jp2Component[] Components)
{
    private const int MaxBits = 16;
    private const int MaxComponents = 4;
    private const int MaxTiles = ushort.MaxValue;

    /// <summary>Tiles from left to right.</summary>
    internal int TilesWide => Count(Area.X1, FirstTile.X0, FirstTile.Width);

    /// <summary>Tiles from top to bottom.</summary>
    internal int TilesHigh => Count(Area.Y1, FirstTile.Y0, FirstTile.Height);

    /// <summary>A tile on the reference grid.</summary>
    internal Jp2Rect Tile(int index)
    {
        long x = FirstTile.X0 + ((long)(index % TilesWide) * FirstTile.Width);
        long y = FirstTile.Y0 + ((long)(index / TilesWide) * FirstTile.Height);
        return Area.And(new Jp2Rect((int)x, (int)y, (int)Math.Min(int.MaxValue, x + FirstTile.Width), (int)Math.Min(int.MaxValue, y + FirstTile.Height)));
    }

    /// <summary>Reads it.</summary>
    internal static Jp2Size Read(ReadOnlySpan<byte> segment)
    {
        Jp2Bytes bytes = new(segment);
        bytes.ReadUInt16();
        (int x1, int y1, int x0, int y0) = (bytes.ReadSize(), bytes.ReadSize(), bytes.ReadSize(), bytes.ReadSize());
        (uint tileWidth, uint tileHeight) = (bytes.ReadUInt32(), bytes.ReadUInt32());
        (int tileX, int tileY) = (bytes.ReadSize(), bytes.ReadSize());
        Jp2Rect first = new(tileX, tileY, End(tileX, tileWidth), End(tileY, tileHeight));
        Jp2Rect area = new(x0, y0, x1, y1);
        if (area.IsEmpty || first.And(area).IsEmpty || tileX > x0 || tileY > y0)
        {
            throw Jp2Errors.Damaged("its size or that of its tiles is not possible");
        }

        int count = bytes.ReadUInt16();
        if (count is < 1 or > MaxComponents)
        {
            throw Jp2Errors.Unsupported($"{count} components");
        }

        var components = new Jp2Component[count];
        foreach (ref Jp2Component component in components.AsSpan())
        {
            int depth = bytes.ReadByte();
            component = new Jp2Component((depth & 0x7F) + 1, depth > 0x7F, bytes.ReadByte(), bytes.ReadByte());
            if (component.Bits > MaxBits)
            {
                throw Jp2Errors.Unsupported($"samples of {component.Bits} bits");
            }

            if (component.StepX == 0 || component.StepY == 0)
            {
                throw Jp2Errors.Damaged("a component has no samples");
            }
        }

        if (components[0].StepX != 1 || components[0].StepY != 1)
        {
            throw Jp2Errors.Unsupported("a first component with fewer samples than pixels");
        }

        Jp2Size size = new(area, first, components);
        return (long)size.TilesWide * size.TilesHigh <= MaxTiles ? size : throw Jp2Errors.Damaged("it has more tiles than there are numbers");
    }

    private static int End(int start, uint length) => (int)Math.Min(int.MaxValue, start + (long)length);

    private static int Count(int end, int start, int step) => (int)(((long)end - start + step - 1) / step);
}
