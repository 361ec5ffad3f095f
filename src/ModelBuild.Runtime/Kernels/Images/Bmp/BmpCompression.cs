namespace ModelBuild.Kernels;

/// <summary>How a bitmap's pixels are stored.</summary>
internal enum BmpCompression
{
    /// <summary>As they are.</summary>
    None,

    /// <summary>Runs of pixels of 8 bits.</summary>
    Runs8,

    /// <summary>Runs of pixels of 4 bits.</summary>
    Runs4,

    /// <summary>As they are; masks tell the bits of each channel.</summary>
    Masks,

    /// <summary>As they are; masks tell the bits of each channel and of an alpha.</summary>
    MasksWithAlpha = 6,
}
