namespace ModelBuild.Kernels;

/// <summary>What the components of a JPEG 2000 picture mean.</summary>
internal enum Jp2Colors
{
    /// <summary>Grey, or red, green and blue, by how many they are; an alpha may follow.</summary>
    Plain,

    /// <summary>Luma, and the differences of blue and red.</summary>
    LumaChroma,
}
