namespace ModelBuild.Kernels;

/// <summary>What samples of a TIFF file mean.</summary>
internal enum TiffPhotometric
{
    /// <summary>Grey; 0 is white.</summary>
    WhiteIsZero,

    /// <summary>Grey; 0 is black.</summary>
    BlackIsZero,

    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>The number of a colour.</summary>
    Palette,
}
