namespace ModelBuild.Kernels;

/// <summary>Receives the pixels of an image in the order that the caller wants; what lies outside of the image is an <see cref="ArgumentOutOfRangeException"/>.</summary>
internal readonly ref struct PixelTarget
{
    // ITU-R BT.601 in 16 bits, as libraries for images round it.
    private const int RedShare = 19595;
    private const int GreenShare = 38470;
    private const int BlueShare = 7471;
    private const int Half = 1 << 15;

    private readonly Span<byte> _pixels;
    private readonly PixelFormat _format;

    /// <summary>Pixels of a size.</summary>
    /// <param name="pixels">Receives height x width x channels bytes.</param>
    /// <param name="size">The size of the image.</param>
    /// <param name="format">The channels.</param>
    public PixelTarget(Span<byte> pixels, ImageSize size, PixelFormat format)
    {
        _pixels = pixels;
        _format = format;
        (Height, Width) = (size.Height, size.Width);
        Channels = format == PixelFormat.Grayscale ? 1 : 3;
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    private int Channels { get; }

    /// <summary>Writes pixels of a row.</summary>
    /// <param name="y">The row.</param>
    /// <param name="x">The first pixel.</param>
    /// <param name="samples">Red, green and blue of each pixel, from its first byte on.</param>
    /// <param name="stride">Bytes from one pixel to the next: 4 where each has an alpha, which is left out.</param>
    public void PutRgb(int y, int x, ReadOnlySpan<byte> samples, int stride = 3)
    {
        int count = samples.Length / stride;
        Span<byte> to = Row(y, x, count);
        switch (_format)
        {
            case PixelFormat.Rgb when stride == 3:
                samples[..to.Length].CopyTo(to);
                break;
            case PixelFormat.Grayscale:
                for (int i = 0, from = 0; i < to.Length; i++, from += stride)
                {
                    to[i] = Luma(samples[from], samples[from + 1], samples[from + 2]);
                }

                break;
            case PixelFormat.Bgr when stride == PixelJoin.Channels:
                PixelJoin.Reverse(samples[..to.Length], to);
                break;
            default:
                (int red, int blue) = _format == PixelFormat.Bgr ? (2, 0) : (0, 2);
                for (int i = 0, from = 0; i < to.Length; i += 3, from += stride)
                {
                    (to[i + red], to[i + 1], to[i + blue]) = (samples[from], samples[from + 1], samples[from + 2]);
                }

                break;
        }
    }

    /// <summary>Writes one pixel.</summary>
    public void Put(int y, int x, byte red, byte green, byte blue) => PutRgb(y, x, [red, green, blue]);

    /// <summary>Writes pixels of a row that have no colour.</summary>
    /// <param name="y">The row.</param>
    /// <param name="x">The first pixel.</param>
    /// <param name="levels">0 for black to 255 for white, one for each pixel.</param>
    public void PutGrey(int y, int x, ReadOnlySpan<byte> levels)
    {
        Span<byte> to = Row(y, x, levels.Length);
        if (Channels == 1)
        {
            levels.CopyTo(to);
            return;
        }

        PixelJoin.Run(levels, levels, levels, to);
    }

    private static byte Luma(int red, int green, int blue) => (byte)(((red * RedShare) + (green * GreenShare) + (blue * BlueShare) + Half) >> 16);

    private Span<byte> Row(int y, int x, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height);
        return _pixels.Slice(y * Width * Channels, Width * Channels).Slice(x * Channels, count * Channels);
    }
}
