namespace ModelBuild.Kernels;

/// <summary>What is thrown for image files that cannot be decoded.</summary>
internal static class ImageErrors
{
    /// <summary>The exception of a damaged file.</summary>
    /// <param name="format">The name of the format.</param>
    /// <param name="why">What is wrong, for example <c>"it ends in the header"</c>.</param>
    public static InvalidDataException Damaged(string format, string why) => new($"The {format} image is damaged: {why}.");

    /// <summary>The exception of a file that the format allows and the decoder does not.</summary>
    /// <param name="format">The name of the format.</param>
    /// <param name="what">What the file has, for example <c>"arithmetic coding"</c>.</param>
    public static InvalidDataException Unsupported(string format, string what) => new($"The {format} image has {what}, which is not supported.");
}
