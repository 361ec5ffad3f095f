namespace ModelBuild.Kernels;

/// <summary>Decodes image files (ONNX ImageDecoder 20).</summary>
public static class ImageDecoder
{
    /// <summary>The rows of an image.</summary>
    /// <param name="file">The bytes of its file.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of a format or kind that is not supported.</exception>
    public static long Height(ReadOnlySpan<byte> file) => SizeOf(file).Height;

    /// <summary>The pixels of a row of an image.</summary>
    /// <param name="file">The bytes of its file.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of a format or kind that is not supported.</exception>
    public static long Width(ReadOnlySpan<byte> file) => SizeOf(file).Width;

    /// <summary>Decodes an image of a known size.</summary>
    /// <param name="file">The bytes of its file.</param>
    /// <param name="pixels">Receives [height, width, channels].</param>
    /// <param name="height">The rows of the image.</param>
    /// <param name="width">The pixels of a row.</param>
    /// <param name="pixelFormat">The channels.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of a format or kind that is not supported.</exception>
    /// <exception cref="ArgumentException">The image has another size.</exception>
    public static void Run(ReadOnlySpan<byte> file, Span<byte> pixels, int height, int width, PixelFormat pixelFormat)
    {
        ImageSize size = SizeOf(file);
        if (size.Height != height || size.Width != width)
        {
            Throw.Argument($"The image is {size.Height} pixels high and {size.Width} wide; {height} and {width} are needed.", nameof(file));
        }

        Throw.IfShorter(pixels.Length, (long)height * width * (pixelFormat == PixelFormat.Grayscale ? 1 : 3), nameof(pixels));
        ImageFormats.Of(file).Decode(file, new PixelTarget(pixels, size, pixelFormat));
    }

    private static ImageSize SizeOf(ReadOnlySpan<byte> file)
    {
        ImageFormat format = ImageFormats.Of(file);
        ImageSize size = format.SizeOf(file);
        return size.Height < 1 || size.Width < 1 ? throw ImageErrors.Damaged(format.Name, $"it tells a size of {size.Width} by {size.Height} pixels")
            : 3L * size.Height * size.Width > Array.MaxLength ? throw ImageErrors.Unsupported(format.Name, $"{size.Width} by {size.Height} pixels")
            : size;
    }
}
