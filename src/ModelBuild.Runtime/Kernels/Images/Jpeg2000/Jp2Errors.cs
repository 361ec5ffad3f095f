namespace ModelBuild.Kernels;

/// <summary>What is thrown for JPEG 2000 files that cannot be decoded.</summary>
internal static class Jp2Errors
{
    /// <summary>The name of the format.</summary>
    internal const string Format = "JPEG 2000";

    /// <summary>The file ends before its picture does.</summary>
    internal static InvalidDataException Ends() => Damaged("it ends before its last pixel");

    /// <summary>The file breaks a rule of its format.</summary>
    internal static InvalidDataException Damaged(string why) => ImageErrors.Damaged(Format, why);

    /// <summary>The file has what the format allows and the decoder does not.</summary>
    internal static InvalidDataException Unsupported(string what) => ImageErrors.Unsupported(Format, what);
}
