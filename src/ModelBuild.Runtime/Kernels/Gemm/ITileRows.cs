namespace ModelBuild.Kernels;

/// <summary>The number of rows of a micro-kernel's tile, as a constant that the compiler folds.</summary>
internal interface ITileRows
{
    /// <summary>Gets the number of rows.</summary>
    static abstract int Count { get; }
}
