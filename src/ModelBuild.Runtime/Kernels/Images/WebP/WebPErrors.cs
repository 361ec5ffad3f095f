namespace ModelBuild.Kernels;

/// <summary>What is thrown for WebP files that cannot be decoded.</summary>
internal static class WebPErrors
{
    /// <summary>The name of the format.</summary>
    internal const string Format = "WebP";

    /// <summary>The file ends before its picture does.</summary>
    internal static InvalidDataException Ends() => Damaged("it ends before its last pixel");

    /// <summary>The file breaks a rule of its format.</summary>
    internal static InvalidDataException Damaged(string why) => ImageErrors.Damaged(Format, why);
}
