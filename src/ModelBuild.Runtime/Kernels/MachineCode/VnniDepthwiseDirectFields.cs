namespace ModelBuild.Kernels;

/// <summary>Where the fields of <see cref="VnniDepthwiseDirectArguments"/> and of <see cref="VnniDepthwiseWindow"/> lie; a test compares them.</summary>
internal static class VnniDepthwiseDirectFields
{
    internal const int Windows = 0;
    internal const int Count = 8;
    internal const int Channel = 16;
    internal const int Step = 24;
    internal const int End = 32;
    internal const int IsLeftInside = 40;
    internal const int IsRightInside = 48;
    internal const int Buffer = 56;
    internal const int Next = 64;
    internal const int Remaining = 72;
    internal const int High = 80;
    internal const int Outside = 128;
    internal const int Zero = 192;
    internal const int LowBytes = 256;
    internal const int HighBytes = 320;
    internal const int Bias = 384;
    internal const int Scales = 640;
    internal const int Weights = 896;
    internal const int Start = 1664;
    internal const int Saved = 1920;

    internal const int WindowLine0 = 0;
    internal const int WindowY0 = 32;
    internal const int WindowY1 = 40;
    internal const int WindowInside = 48;
    internal const int WindowOutside = 52;
    internal const int WindowIsFresh = 56;
    internal const int WindowBytes = 64;
}
