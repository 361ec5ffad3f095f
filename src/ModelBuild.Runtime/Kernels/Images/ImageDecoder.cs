namespace ModelBuild.Kernels;

/// <summary>Decodes image files (ONNX ImageDecoder 20).</summary>
public static class ImageDecoder
{
    /// <summary>The rows of an image.</summary>
    /// <param name="file">The bytes of its file.</param>
    /// <param name="least">What the model takes at least.</param>
    /// <param name="most">What the model takes at most.</param>
    /// <param name="step">It takes whole steps above <paramref name="least"/>.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of a format or kind that is not supported.</exception>
    /// <exception cref="ArgumentException">The model does not take the size.</exception>
    public static long Height(ReadOnlySpan<byte> file, int least, int most, int step) => Checked(SizeOf(file).Height, "high", least, most, step);

    /// <summary>The pixels of a row of an image.</summary>
    /// <inheritdoc cref="Height"/>
    public static long Width(ReadOnlySpan<byte> file, int least, int most, int step) => Checked(SizeOf(file).Width, "wide", least, most, step);

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
            Throw.Argument($"ImageDecoder: the image is {size.Height} pixels high and {size.Width} wide; the model takes {height} and {width}.", nameof(file));
        }

        Throw.IfShorter(pixels.Length, (long)height * width * (pixelFormat == PixelFormat.Grayscale ? 1 : 3), nameof(pixels));
        ImageFormats.Of(file).Decode(file, new PixelTarget(pixels, size, pixelFormat));
    }

    private static long Checked(int size, string what, int least, int most, int step)
    {
        if (size < least || size > most || (size - least) % step != 0)
        {
            Throw.Argument($"ImageDecoder: the image is {size} pixels {what}; the model takes {least} {(most == int.MaxValue ? "or more" : $"to {most}")}{(step == 1 ? "" : $" in steps of {step}")}.", "file");
        }

        return size;
    }

    /// <summary>The size that a file tells.</summary>
    internal static ImageSize SizeOf(ReadOnlySpan<byte> file)
    {
        ImageFormat format = ImageFormats.Of(file);
        ImageSize size = format.SizeOf(file);
        return size.Height < 1 || size.Width < 1 ? throw ImageErrors.Damaged(format.Name, $"it tells a size of {size.Width} by {size.Height} pixels")
            : 3L * size.Height * size.Width > Array.MaxLength ? throw ImageErrors.Unsupported(format.Name, $"{size.Width} by {size.Height} pixels")
            : size;
    }
}
