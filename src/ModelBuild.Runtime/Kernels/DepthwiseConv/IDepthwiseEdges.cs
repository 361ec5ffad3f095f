namespace ModelBuild.Kernels;

/// <summary>Whether a tile's first and last window reach one column out of the image, as constants that the compiler folds.</summary>
internal interface IDepthwiseEdges
{
    /// <summary>Gets a value indicating whether the first window lacks its left column.</summary>
    static abstract bool Left { get; }

    /// <summary>Gets a value indicating whether the last window lacks its right column.</summary>
    static abstract bool Right { get; }
}
