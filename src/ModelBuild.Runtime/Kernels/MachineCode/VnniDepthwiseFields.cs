namespace ModelBuild.Kernels;

/// <summary>Where the fields of <see cref="VnniDepthwiseArguments"/> lie; a test compares them.</summary>
internal static class VnniDepthwiseFields
{
    internal const int Line0 = 0;
    internal const int Line1 = 8;
    internal const int Line2 = 16;
    internal const int LineStep = 24;
    internal const int Column1 = 32;
    internal const int Column2 = 40;
    internal const int XStep = 48;
    internal const int Y = 56;
    internal const int YStep = 64;
    internal const int YLineStep = 72;
    internal const int FullCount = 80;
    internal const int Lines = 88;
    internal const int Mask = 96;
    internal const int LastMask = 104;
    internal const int High = 112;
    internal const int Zero = 128;
    internal const int Low = 192;
    internal const int Bias = 256;
    internal const int Scales = 512;
    internal const int Weights = 768;
    internal const int HighBytes = 1536;
    internal const int Saved = 1600;
}
