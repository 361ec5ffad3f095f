namespace ModelBuild.Kernels;

/// <summary>The formats of image files that are decoded.</summary>
internal static class ImageFormats
{
    /// <summary>All formats; the first that recognises a file decodes it.</summary>
    public static IReadOnlyList<ImageFormat> All => s_all;

    private static readonly ImageFormat[] s_all =
    [
        new BmpFormat(),
        new JpegFormat(),
        new PngFormat(),
        new PnmFormat(),
        new TiffFormat(),
        new WebPFormat(),
        new Jpeg2000Format(),
    ];

    /// <summary>The format of a file.</summary>
    /// <exception cref="InvalidDataException">It is none of the list.</exception>
    public static ImageFormat Of(ReadOnlySpan<byte> file)
    {
        foreach (ImageFormat format in s_all)
        {
            if (format.Recognises(file))
            {
                return format;
            }
        }

        throw new InvalidDataException(
            file.IsEmpty ? "The image is empty." : $"The image begins with {Convert.ToHexString(file[..Math.Min(file.Length, 12)])}, which is no {string.Join(", ", s_all.Select(f => f.Name))} file.");
    }
}
