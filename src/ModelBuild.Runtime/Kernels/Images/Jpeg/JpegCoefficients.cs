namespace ModelBuild.Kernels;

/// <summary>Reads the scans of a JPEG file.</summary>
internal static class JpegCoefficients
{
    // Files have about ten; a small file could have very many that tell nothing.
    private const int MostScans = 500;

    /// <summary>Reads all coefficients.</summary>
    /// <param name="file">The file.</param>
    /// <param name="header">What its header tells.</param>
    /// <param name="coefficients">Zeros; receives the blocks of each component row by row.</param>
    /// <param name="tables">Receives the tables.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static void Read(in FileBytes file, in JpegHeader header, Span<short> coefficients, ref JpegTables tables)
    {
        long at = 2;
        int interval = 0;
        int scans = 0;
        while (true)
        {
            int marker = JpegMarker.Next(file, ref at);
            if (marker is < 0 or JpegMarker.End)
            {
                CheckComplete(header, tables, hasEnd: marker >= 0);
                return;
            }

            if (!JpegMarker.HasSegment(marker))
            {
                continue;
            }

            FileBytes segment = JpegMarker.Segment(file, ref at);
            switch (marker)
            {
                case JpegMarker.Huffman:
                    tables.ReadHuffman(segment);
                    break;
                case JpegMarker.Quantization:
                    tables.ReadQuantization(segment);
                    break;
                case JpegMarker.Interval:
                    interval = segment.U16(0);
                    break;
                case JpegMarker.Scan when ++scans > MostScans:
                    throw ImageErrors.Unsupported(JpegFormat.FormatName, $"more than {MostScans} scans");
                case JpegMarker.Scan:
                    ReadScan(file, ref at, header, JpegScan.Read(segment, header), interval, coefficients, ref tables);
                    break;
            }
        }
    }

    // A file of one scan is whole without its last marker.
    private static void CheckComplete(in JpegHeader header, in JpegTables tables, bool hasEnd)
    {
        bool isComplete = hasEnd || !header.IsProgressive;
        for (int i = 0; i < header.Count; i++)
        {
            isComplete &= tables.IsLatched(i);
        }

        if (!isComplete)
        {
            throw ImageErrors.Damaged(JpegFormat.FormatName, "it ends too soon");
        }
    }

    private static void ReadScan(in FileBytes file, ref long at, in JpegHeader header, scoped JpegScan scan, int interval, Span<short> coefficients, scoped ref JpegTables tables)
    {
        Span<int> before = stackalloc int[JpegComponent.List.MostCount];
        before.Clear();
        for (int i = 0; i < scan.Count; i++)
        {
            int component = scan.Component(i, header);
            tables.Latch(component, header.Components[component].Table);
        }

        JpegBits bits = new(file, at);
        JpegBlocks blocks = new(scan, header.IsProgressive);

        // A scan of one component has only the blocks that the image reaches.
        JpegComponent alone = header.Components[scan.Component(0, header)];
        int columns = scan.Count > 1 ? header.UnitsAcross : (alone.Width + JpegComponent.BlockSide - 1) / JpegComponent.BlockSide;
        int rows = scan.Count > 1 ? header.UnitsDown : (alone.Height + JpegComponent.BlockSide - 1) / JpegComponent.BlockSide;
        long units = (long)columns * rows;
        for (long unit = 0; unit < units; unit++)
        {
            if (interval > 0 && unit > 0 && unit % interval == 0)
            {
                Restart(file, ref bits, (int)(((unit / interval) - 1) % 8));
                blocks.Restart();
                before.Clear();
            }

            (int x, int y) = ((int)(unit % columns), (int)(unit / columns));
            for (int i = 0; i < scan.Count; i++)
            {
                int index = scan.Component(i, header);
                JpegComponent component = header.Components[index];
                Span<short> own = coefficients.Slice((int)component.Start, (int)component.Length);
                (int across, int down) = scan.Count > 1 ? (component.Across, component.Down) : (1, 1);
                JpegHuffman dc = tables.Huffman(isAc: false, scan.Table(i, isAc: false));
                JpegHuffman ac = tables.Huffman(isAc: true, scan.Table(i, isAc: true));
                for (int block = 0; block < across * down; block++)
                {
                    int place = (((y * down) + (block / across)) * component.Columns) + (x * across) + (block % across);
                    blocks.Read(ref bits, dc, ac, ref before[index], own.Slice(place * JpegComponent.BlockSize, JpegComponent.BlockSize));
                }
            }
        }

        at = bits.At;
    }

    private static void Restart(in FileBytes file, ref JpegBits bits, int number)
    {
        long at = bits.At;
        int marker = JpegMarker.Next(file, ref at);
        if (marker != JpegMarker.Restart + number)
        {
            throw ImageErrors.Damaged(JpegFormat.FormatName, $"a restart marker {number} is missing");
        }

        bits.Restart(at);
    }
}
