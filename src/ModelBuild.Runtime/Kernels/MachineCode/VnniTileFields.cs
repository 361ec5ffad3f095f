namespace ModelBuild.Kernels;

/// <summary>Where the fields of <see cref="VnniTileArguments"/> lie; a test compares them.</summary>
internal static class VnniTileFields
{
    internal const int X = 0;
    internal const int XStep = 8;
    internal const int XTile = 16;
    internal const int W = 24;
    internal const int PanelBytes = 32;
    internal const int Init = 40;
    internal const int Y = 48;
    internal const int YStep = 56;
    internal const int Tiles = 64;
    internal const int Quads = 72;
    internal const int InnerCount = 80;
    internal const int OuterCount = 88;
    internal const int InnerSkip = 96;
    internal const int OuterSkip = 104;
    internal const int Scales = 112;
    internal const int Low = 120;
    internal const int High = 124;
    internal const int Zero = 128;
    internal const int Mask = 132;
    internal const int Inner = 136;
    internal const int Outer = 144;
    internal const int Saved = 152;
}
