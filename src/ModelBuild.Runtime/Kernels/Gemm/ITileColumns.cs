namespace ModelBuild.Kernels;

/// <summary>Whether all columns of a micro-kernel's tile exist, as a constant that the compiler folds.</summary>
internal interface ITileColumns
{
    /// <summary>Gets a value indicating whether all of them exist.</summary>
    static abstract bool AreWhole { get; }
}
