namespace ModelBuild.Kernels;

/// <summary>One resolution of a tile's component.</summary>
internal struct Jp2Resolution
{
    /// <summary>The component.</summary>
    internal int Component;

    /// <summary>The number of the resolution, 0 for the lowest.</summary>
    internal int Number;

    /// <summary>Its samples.</summary>
    internal Jp2Rect Area;

    /// <summary>Precincts from left to right.</summary>
    internal int PrecinctsWide;

    /// <summary>Precincts from top to bottom.</summary>
    internal int PrecinctsHigh;

    /// <summary>Its first band.</summary>
    internal int FirstBand;

    /// <summary>Its bands.</summary>
    internal int Bands;
}
