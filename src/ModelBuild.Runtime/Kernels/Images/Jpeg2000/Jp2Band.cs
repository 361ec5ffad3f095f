namespace ModelBuild.Kernels;

/// <summary>One band of one resolution of a tile's component.</summary>
internal struct Jp2Band
{
    /// <summary>Which directions are high: 1 for columns, 2 for rows.</summary>
    internal int Orientation;

    /// <summary>Its samples.</summary>
    internal Jp2Rect Area;

    /// <summary>The planes of bits that samples may have.</summary>
    internal int Planes;

    /// <summary>The step of quantisation.</summary>
    internal float Step;

    /// <summary>Where its first sample lies in the component's memory.</summary>
    internal int Place;

    /// <summary>Its first precinct.</summary>
    internal int FirstPrecinct;
}
