namespace ModelBuild.Kernels;

/// <summary>How the pixels of a TIFF file are stored.</summary>
internal readonly struct TiffLayout
{
    private const int MostBits = 16;
    private const int MostSamples = 64;
    private const int LeastTile = 64;

    // A tile may be larger than a small image.
    private const long SmallChunk = 16 << 20;
    private const int MostTimesImage = 4;

    private TiffLayout(TiffDirectory directory)
    {
        Width = (int)Math.Min(int.MaxValue, directory.Number(TiffTag.Width, null));
        Height = (int)Math.Min(int.MaxValue, directory.Number(TiffTag.Height, null));
        Bits = (int)directory.Number(TiffTag.Bits, 1);
        Samples = (int)Math.Min(int.MaxValue, directory.Number(TiffTag.Samples, 1));
        Compression = (int)directory.Number(TiffTag.Compression, 1);
        Photometric = (TiffPhotometric)directory.Number(TiffTag.Photometric, null);
        HasPlanes = directory.Number(TiffTag.Planes, 1) == 2 && Samples > 1;
        Predictor = (int)directory.Number(TiffTag.Predictor, 1);
        IsTiled = directory.CountOf(TiffTag.TileOffsets) > 0;
        ChunkWidth = IsTiled ? (int)Math.Min(int.MaxValue, directory.Number(TiffTag.TileWidth, null)) : Width;
        ChunkHeight = (int)Math.Min(int.MaxValue, IsTiled ? directory.Number(TiffTag.TileHeight, null) : Math.Min(Height, directory.Number(TiffTag.RowsPerStrip, Height)));
    }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bits of a sample.</summary>
    public int Bits { get; }

    /// <summary>Samples of a pixel.</summary>
    public int Samples { get; }

    /// <summary>The number of the compression.</summary>
    public int Compression { get; }

    /// <summary>What the samples mean.</summary>
    public TiffPhotometric Photometric { get; }

    /// <summary>True where each sample of all pixels lies apart from the others.</summary>
    public bool HasPlanes { get; }

    /// <summary>The number of the predictor.</summary>
    public int Predictor { get; }

    /// <summary>True for tiles, else there are strips.</summary>
    public bool IsTiled { get; }

    /// <summary>Columns of a strip or tile.</summary>
    public int ChunkWidth { get; }

    /// <summary>Rows of a strip or tile.</summary>
    public int ChunkHeight { get; }

    /// <summary>Samples of a pixel in a strip or tile.</summary>
    public int ChunkSamples => HasPlanes ? 1 : Samples;

    /// <summary>Bytes of a row of a strip or tile.</summary>
    public long Stride => (((long)ChunkWidth * ChunkSamples * Bits) + 7) / 8;

    /// <summary>Strips or tiles beside each other.</summary>
    public long Across => ((long)Width + ChunkWidth - 1) / ChunkWidth;

    /// <summary>Strips or tiles one below the other.</summary>
    public long Down => ((long)Height + ChunkHeight - 1) / ChunkHeight;

    /// <summary>Samples of a pixel that are used.</summary>
    public int UsedSamples => Photometric == TiffPhotometric.Rgb ? 3 : 1;

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or not supported.</exception>
    public static TiffLayout Read(TiffDirectory directory)
    {
        TiffLayout layout = new(directory);
        layout.Check(directory);
        return layout;
    }

    private void Check(TiffDirectory directory)
    {
        if (Photometric is not (TiffPhotometric.WhiteIsZero or TiffPhotometric.BlackIsZero or TiffPhotometric.Rgb or TiffPhotometric.Palette))
        {
            throw ImageErrors.Unsupported(TiffFormat.FormatName, $"the photometric interpretation {(int)Photometric}");
        }

        if (Samples < UsedSamples || Samples > MostSamples || ChunkWidth < 1 || ChunkHeight < 1 || (IsTiled && (long)ChunkWidth * ChunkHeight < LeastTile))
        {
            throw ImageErrors.Damaged(TiffFormat.FormatName, $"it has {Samples} samples in strips or tiles of {ChunkWidth} by {ChunkHeight} pixels");
        }

        for (int i = 0; i < Samples; i++)
        {
            if (directory.Number(TiffTag.Bits, 1, Math.Min(i, Math.Max(0, directory.CountOf(TiffTag.Bits) - 1))) != Bits || directory.Number(TiffTag.SampleFormat, 1, Math.Min(i, Math.Max(0, directory.CountOf(TiffTag.SampleFormat) - 1))) != 1)
            {
                throw ImageErrors.Unsupported(TiffFormat.FormatName, "samples of several kinds, or such that are no unsigned integers");
            }
        }

        bool isDepth = Bits is 8 or MostBits || (Bits is 1 or 2 or 4 && Photometric != TiffPhotometric.Rgb && ChunkSamples == 1);
        if (!isDepth || (Bits == MostBits && Photometric == TiffPhotometric.Palette))
        {
            throw ImageErrors.Unsupported(TiffFormat.FormatName, $"{Samples} samples of {Bits} bits");
        }

        if (Predictor is not (1 or 2) || (Predictor == 2 && Bits < 8) || directory.Number(TiffTag.FillOrder, 1) != 1)
        {
            throw ImageErrors.Unsupported(TiffFormat.FormatName, $"the predictor {Predictor} for {Bits} bits, or another order of bits");
        }

        if ((double)Stride * ChunkHeight > Math.Max(SmallChunk, (double)MostTimesImage * Width * Height * Samples * Math.Max(1, Bits / 8)))
        {
            throw ImageErrors.Unsupported(TiffFormat.FormatName, $"tiles of {ChunkWidth} by {ChunkHeight} pixels for an image of {Width} by {Height}");
        }
    }
}
