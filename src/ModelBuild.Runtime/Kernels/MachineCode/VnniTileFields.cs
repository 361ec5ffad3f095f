namespace ModelBuild.Kernels;

/// <summary>Where the fields of <see cref="VnniTileArguments"/> lie; a test compares them.</summary>
internal static class VnniTileFields
{
    internal const int X = 0;
    internal const int XStep = 8;
    internal const int XTile = 16;
    internal const int XLine = 24;
    internal const int W = 32;
    internal const int PanelBytes = 40;
    internal const int Init = 48;
    internal const int Y = 56;
    internal const int YStep = 64;
    internal const int YLine = 72;
    internal const int Tiles = 80;
    internal const int Lines = 88;
    internal const int Quads = 96;
    internal const int InnerCount = 104;
    internal const int OuterCount = 112;
    internal const int InnerSkip = 120;
    internal const int OuterSkip = 128;
    internal const int Scales = 136;
    internal const int FloatBias = 144;
    internal const int Mask = 152;
    internal const int TilesLeft = 160;
    internal const int Inner = 168;
    internal const int Outer = 176;
    internal const int LinesLeft = 184;
    internal const int Groups = 192;
    internal const int XGroup = 200;
    internal const int YGroup = 208;
    internal const int FloatBiasGroup = 216;
    internal const int High = 224;
    internal const int Zero = 256;
    internal const int Low = 320;
    internal const int Order = 384;
    internal const int Saved = 448;
}
