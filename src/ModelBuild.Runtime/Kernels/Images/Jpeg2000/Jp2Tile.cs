namespace ModelBuild.Kernels;

/// <summary>The resolutions, bands, precincts and code-blocks of a tile (T.800 B.5 to B.9).</summary>
internal sealed class Jp2Tile : IDisposable
{
    private long _packetsLeft;

    /// <summary>The resolutions, those of each component one after another.</summary>
    internal Jp2List<Jp2Resolution> Resolutions { get; } = new();

    /// <summary>The bands.</summary>
    internal Jp2List<Jp2Band> Bands { get; } = new();

    /// <summary>The precincts of bands.</summary>
    internal Jp2List<Jp2Precinct> Precincts { get; } = new();

    /// <summary>The code-blocks.</summary>
    internal Jp2List<Jp2Block> Blocks { get; } = new();

    /// <summary>The pieces of data of the blocks.</summary>
    internal Jp2List<Jp2Piece> Pieces { get; } = new();

    /// <summary>The nodes of tag trees.</summary>
    internal Jp2List<Jp2Node> Nodes { get; } = new();

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Resolutions.Dispose();
        Bands.Dispose();
        Precincts.Dispose();
        Blocks.Dispose();
        Pieces.Dispose();
        Nodes.Dispose();
    }

    /// <summary>Lays out a tile in place of the one before.</summary>
    /// <param name="tile">The tile on the reference grid.</param>
    /// <param name="components">The components.</param>
    /// <param name="parameters">What the headers tell.</param>
    /// <param name="bytes">The bytes of the tile's packets; each packet has one at least, so that a short file cannot ask for memory for many.</param>
    internal void Lay(Jp2Rect tile, ReadOnlySpan<Jp2Component> components, Jp2Parameters parameters, int bytes)
    {
        _packetsLeft = bytes;
        Resolutions.Clear();
        Bands.Clear();
        Precincts.Clear();
        Blocks.Clear();
        Pieces.Clear();
        Nodes.Clear();
        for (int c = 0; c < components.Length; c++)
        {
            Jp2Rect area = tile.Every(components[c].StepX, components[c].StepY);
            Jp2Coding coding = parameters.CodingOf(c);
            for (int r = 0; r <= coding.Levels; r++)
            {
                LayResolution(area, c, components[c].Bits, r, coding, parameters);
            }
        }
    }

    private void LayResolution(Jp2Rect area, int component, int bits, int r, Jp2Coding coding, Jp2Parameters parameters)
    {
        int levels = coding.Levels - r;
        Jp2Rect own = area.Band(levels, 0, 0);
        int precinctX = coding.PrecinctBits[r] & 0xF;
        int precinctY = coding.PrecinctBits[r] >> 4;
        Jp2Resolution resolution = new()
        {
            Component = component,
            Number = r,
            Area = own,
            PrecinctsWide = own.IsEmpty ? 0 : Cells(own.X0, own.X1, precinctX),
            PrecinctsHigh = own.IsEmpty ? 0 : Cells(own.Y0, own.Y1, precinctY),
            FirstBand = Bands.Count,
            Bands = r == 0 ? 1 : 3,
        };
        _packetsLeft -= (long)resolution.PrecinctsWide * resolution.PrecinctsHigh;
        if (_packetsLeft < 0)
        {
            throw Jp2Errors.Ends();
        }

        Resolutions.Add(resolution);
        Jp2Quantization quantization = parameters.QuantizationOf(component);
        Jp2Rect lower = r == 0 ? default : area.Band(levels + 1, 0, 0);
        for (int b = 0; b < resolution.Bands; b++)
        {
            int orientation = r == 0 ? 0 : b + 1;
            (int exponent, int mantissa) = quantization.Of(r == 0 ? 0 : (3 * (r - 1)) + b + 1, r);
            int gain = orientation == 0 ? 0 : orientation == 3 ? 2 : 1;
            Jp2Band band = new()
            {
                Orientation = orientation,
                Area = r == 0 ? own : area.Band(levels + 1, orientation & 1, orientation >> 1),
                Planes = quantization.GuardBits + exponent - 1 + parameters.Shifts[component],
                Step = MathF.ScaleB(1 + (mantissa / 2048f), bits + gain - exponent),
                Place = ((orientation & 1) == 0 ? 0 : lower.Width) + ((orientation >> 1) == 0 ? 0 : lower.Height * area.Width),
                FirstPrecinct = Precincts.Count,
            };
            Bands.Add(band);
            int half = r == 0 ? 0 : 1;
            LayPrecincts(band, resolution, precinctX - half, precinctY - half, coding);
        }
    }

    private void LayPrecincts(in Jp2Band band, in Jp2Resolution resolution, int bitsX, int bitsY, Jp2Coding coding)
    {
        int half = resolution.Number == 0 ? 0 : 1;
        int firstX = resolution.Area.X0 >> (bitsX + half);
        int firstY = resolution.Area.Y0 >> (bitsY + half);
        int blockX = Math.Min(coding.BlockBitsX, bitsX);
        int blockY = Math.Min(coding.BlockBitsY, bitsY);
        for (int y = 0; y < resolution.PrecinctsHigh; y++)
        {
            for (int x = 0; x < resolution.PrecinctsWide; x++)
            {
                Jp2Rect area = band.Area.And(Cell(firstX + x, firstY + y, bitsX, bitsY));
                Jp2Precinct precinct = new() { FirstBlock = Blocks.Count };
                if (!area.IsEmpty)
                {
                    precinct.BlocksWide = Cells(area.X0, area.X1, blockX);
                    precinct.BlocksHigh = Cells(area.Y0, area.Y1, blockY);
                    precinct.LayerTree = Jp2TagTree.Add(Nodes, precinct.BlocksWide, precinct.BlocksHigh);
                    precinct.PlaneTree = Jp2TagTree.Add(Nodes, precinct.BlocksWide, precinct.BlocksHigh);
                    LayBlocks(area, precinct, blockX, blockY);
                }

                Precincts.Add(precinct);
            }
        }
    }

    private void LayBlocks(Jp2Rect area, in Jp2Precinct precinct, int bitsX, int bitsY)
    {
        Span<Jp2Block> blocks = Blocks.Add(precinct.BlocksWide * precinct.BlocksHigh);
        for (int i = 0; i < blocks.Length; i++)
        {
            int x = (area.X0 >> bitsX) + (i % precinct.BlocksWide);
            int y = (area.Y0 >> bitsY) + (i / precinct.BlocksWide);
            blocks[i] = new Jp2Block { Area = area.And(Cell(x, y, bitsX, bitsY)), Band = Bands.Count - 1, LengthBits = 3, FirstPiece = -1, LastPiece = -1 };
        }
    }

    private static Jp2Rect Cell(int x, int y, int bitsX, int bitsY) => new((int)((long)x << bitsX), (int)((long)y << bitsY), End(x, bitsX), End(y, bitsY));

    private static int End(int cell, int bits) => (int)Math.Min(int.MaxValue, (cell + 1L) << bits);

    private static int Cells(int start, int end, int bits) => (int)((end + (1L << bits) - 1) >> bits) - (start >> bits);
}
