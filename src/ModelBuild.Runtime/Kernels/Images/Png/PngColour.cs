namespace ModelBuild.Kernels;

/// <summary>Which samples a pixel of a PNG file has.</summary>
internal enum PngColour
{
    /// <summary>Grey.</summary>
    Grey = 0,

    /// <summary>Red, green, blue.</summary>
    Rgb = 2,

    /// <summary>The number of a colour.</summary>
    Palette = 3,

    /// <summary>Grey, alpha.</summary>
    GreyAlpha = 4,

    /// <summary>Red, green, blue, alpha.</summary>
    RgbAlpha = 6,
}
