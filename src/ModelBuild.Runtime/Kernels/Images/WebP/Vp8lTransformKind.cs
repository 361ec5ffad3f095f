namespace ModelBuild.Kernels;

/// <summary>The transforms of lossless WebP, by their numbers in a file.</summary>
internal enum Vp8lTransformKind
{
    /// <summary>Pixels are differences to what their neighbours let expect.</summary>
    Predict,

    /// <summary>Red and blue are differences to shares of green, blue also of red.</summary>
    CrossColor,

    /// <summary>Red and blue are differences to green.</summary>
    SubtractGreen,

    /// <summary>Pixels are places in a table of colors.</summary>
    Palette,
}
