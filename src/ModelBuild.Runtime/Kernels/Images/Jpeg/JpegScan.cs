namespace ModelBuild.Kernels;

/// <summary>What the header of a scan tells.</summary>
internal readonly ref struct JpegScan
{
    private readonly FileBytes _segment;

    private JpegScan(FileBytes segment, int count)
    {
        _segment = segment;
        Count = count;
        (First, Last) = (segment.U8(1 + (2 * count)), segment.U8(2 + (2 * count)));
        (int high, int low) = (segment.U8(3 + (2 * count)) >> 4, segment.U8(3 + (2 * count)) & 15);
        (IsRefinement, Shift, High) = (high != 0, low, high);
    }

    /// <summary>How many components it has.</summary>
    public int Count { get; }

    /// <summary>The first coefficient.</summary>
    public int First { get; }

    /// <summary>The last coefficient.</summary>
    public int Last { get; }

    /// <summary>Whether it adds a bit to coefficients that were in a scan before.</summary>
    public bool IsRefinement { get; }

    /// <summary>The bits of coefficients that come in later scans.</summary>
    public int Shift { get; }

    private int High { get; }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static JpegScan Read(FileBytes segment, in JpegHeader header)
    {
        int count = segment.U8(0);
        if (count < 1 || count > header.Count)
        {
            throw ImageErrors.Damaged(JpegFormat.FormatName, $"a scan has {count} components");
        }

        JpegScan scan = new(segment, count);
        bool isWhole = scan is { First: 0, Last: JpegComponent.BlockSize - 1, Shift: 0, High: 0 };
        bool isPart = scan.First <= scan.Last && scan.Last < JpegComponent.BlockSize && (scan.First == 0 ? scan.Last == 0 : count == 1) && scan.Shift <= 13 && (!scan.IsRefinement || scan.High == scan.Shift + 1);
        return (header.IsProgressive ? isPart : isWhole)
            ? scan
            : throw ImageErrors.Damaged(JpegFormat.FormatName, $"a scan of {count} components has the coefficients {scan.First} to {scan.Last} and the bits {scan.High} and {scan.Shift}");
    }

    /// <summary>Which of the image's components one of the scan is.</summary>
    /// <exception cref="InvalidDataException">The image has none of that number.</exception>
    public int Component(int index, in JpegHeader header)
    {
        int id = _segment.U8(1 + (2 * index));
        for (int i = 0; i < header.Count; i++)
        {
            if (header.Components[i].Id == id)
            {
                return i;
            }
        }

        throw ImageErrors.Damaged(JpegFormat.FormatName, $"a scan has the component {id}, which the frame has not");
    }

    /// <summary>The number of a Huffman table of a component.</summary>
    /// <exception cref="InvalidDataException">There is no such table.</exception>
    public int Table(int index, bool isAc)
    {
        int tables = _segment.U8(2 + (2 * index));
        int table = isAc ? tables & 15 : tables >> 4;
        return table < 4 ? table : throw ImageErrors.Damaged(JpegFormat.FormatName, $"a scan has the Huffman table {table}");
    }
}
