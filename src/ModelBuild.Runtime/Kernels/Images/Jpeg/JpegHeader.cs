namespace ModelBuild.Kernels;

/// <summary>What the frame of a JPEG file and the segments before it tell.</summary>
internal struct JpegHeader
{
    private const int MostSampling = 4;
    private const int SampleBits = 8;

    /// <summary>Pixels of a row.</summary>
    public int Width;

    /// <summary>Rows.</summary>
    public int Height;

    /// <summary>Whether coefficients come in several scans.</summary>
    public bool IsProgressive;

    /// <summary>Whether the components are red, green and blue; else the first is the luma.</summary>
    public bool IsRgb;

    /// <summary>How many components there are: 1 or 3.</summary>
    public int Count;

    /// <summary>The components.</summary>
    public JpegComponent.List Components;

    /// <summary>Units of interleaved scans beside each other.</summary>
    public int UnitsAcross;

    /// <summary>Units of interleaved scans one below the other.</summary>
    public int UnitsDown;

    /// <summary>Samples of all components.</summary>
    public long Length;

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or not supported.</exception>
    public static JpegHeader Read(in FileBytes file)
    {
        long at = 2;
        bool isJfif = false;
        int transform = -1;
        while (true)
        {
            int marker = JpegMarker.Next(file, ref at);
            if (marker is < 0 or JpegMarker.End or JpegMarker.Scan)
            {
                throw ImageErrors.Damaged(JpegFormat.FormatName, "it has no frame");
            }

            if (!JpegMarker.HasSegment(marker))
            {
                continue;
            }

            FileBytes segment = JpegMarker.Segment(file, ref at);
            if (marker == JpegMarker.Jfif)
            {
                isJfif |= segment.All.StartsWith("JFIF\0"u8);
            }
            else if (marker == JpegMarker.Adobe && segment.Length >= 12 && segment.All.StartsWith("Adobe"u8))
            {
                transform = segment.U8(11);
            }
            else if (JpegMarker.IsFrame(marker))
            {
                return new JpegHeader(segment, marker, isJfif, transform);
            }
        }
    }

    private JpegHeader(in FileBytes frame, int marker, bool isJfif, int transform)
    {
        if (marker > JpegMarker.Progressive)
        {
            throw ImageErrors.Unsupported(JpegFormat.FormatName, $"a frame of the kind {marker - JpegMarker.Baseline} (lossless, hierarchical or arithmetic coding)");
        }

        IsProgressive = marker == JpegMarker.Progressive;
        (int bits, Height, Width, Count) = (frame.U8(0), frame.U16(1), frame.U16(3), frame.U8(5));
        if (bits != SampleBits || Count is not (1 or 3))
        {
            throw ImageErrors.Unsupported(JpegFormat.FormatName, $"{Count} components of {bits} bits");
        }

        (int mostX, int mostY) = (1, 1);
        for (int i = 0; i < Count; i++)
        {
            ref JpegComponent component = ref Components[i];
            int sampling = frame.U8(7 + (3 * i));
            (component.Id, component.Across, component.Down, component.Table) = (frame.U8(6 + (3 * i)), sampling >> 4, sampling & 15, frame.U8(8 + (3 * i)));
            if (component.Across is < 1 or > MostSampling || component.Down is < 1 or > MostSampling || component.Table > 3)
            {
                throw ImageErrors.Damaged(JpegFormat.FormatName, $"a component has the sampling {component.Across} x {component.Down} and the quantisation table {component.Table}");
            }

            (mostX, mostY) = (Math.Max(mostX, component.Across), Math.Max(mostY, component.Down));
        }

        (int unitX, int unitY) = (mostX * JpegComponent.BlockSide, mostY * JpegComponent.BlockSide);
        (UnitsAcross, UnitsDown) = ((Width + unitX - 1) / unitX, (Height + unitY - 1) / unitY);
        for (int i = 0; i < Count; i++)
        {
            Place(ref Components[i], mostX, mostY);
        }

        bool isNamedRgb = Count == 3 && Components[0].Id == 'R' && Components[1].Id == 'G' && Components[2].Id == 'B';
        IsRgb = Count == 3 && !isJfif && (transform >= 0 ? transform == 0 : isNamedRgb);
    }

    private void Place(ref JpegComponent component, int mostX, int mostY)
    {
        if (mostX % component.Across != 0 || mostY % component.Down != 0)
        {
            throw ImageErrors.Unsupported(JpegFormat.FormatName, $"a component of {component.Across} x {component.Down} samples among others of {mostX} x {mostY}");
        }

        (component.StepX, component.StepY) = (mostX / component.Across, mostY / component.Down);
        (component.Width, component.Height) = ((Width + component.StepX - 1) / component.StepX, (Height + component.StepY - 1) / component.StepY);
        (component.Columns, component.Rows) = (UnitsAcross * component.Across, UnitsDown * component.Down);
        component.Start = Length;
        Length += component.Length;
    }
}
