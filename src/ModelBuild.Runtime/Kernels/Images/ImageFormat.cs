namespace ModelBuild.Kernels;

/// <summary>
/// One format of image files. Files are not trusted: whatever their bytes are, a decoder ends with all pixels written or with an <see cref="InvalidDataException"/> of <see cref="ImageErrors"/>,
/// reads nothing outside of the file, and takes memory in proportion to the size that the file tells. Instances have no state.
/// </summary>
internal abstract class ImageFormat
{
    /// <summary>What people call it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the first bytes are those of this format; the file may have fewer.</summary>
    public abstract bool Recognises(ReadOnlySpan<byte> file);

    /// <summary>The size that the file tells, at least 1 by 1; decodes nothing.</summary>
    /// <param name="file">A file that <see cref="Recognises"/>.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of a kind that is not supported.</exception>
    public abstract ImageSize SizeOf(ReadOnlySpan<byte> file);

    /// <summary>Writes every pixel.</summary>
    /// <param name="file">A file that <see cref="Recognises"/>.</param>
    /// <param name="target">Receives the pixels; has the size of <see cref="SizeOf"/>.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of a kind that is not supported; the pixels are undefined then.</exception>
    public abstract void Decode(ReadOnlySpan<byte> file, PixelTarget target);

    /// <summary>The exception of a damaged file.</summary>
    /// <param name="why">What is wrong, for example <c>"it ends in the header"</c>.</param>
    protected InvalidDataException Damaged(string why) => ImageErrors.Damaged(Name, why);

    /// <summary>The exception of a file that the format allows and the decoder does not.</summary>
    /// <param name="what">What it has, for example <c>"arithmetic coding"</c>.</param>
    protected InvalidDataException Unsupported(string what) => ImageErrors.Unsupported(Name, what);
}
