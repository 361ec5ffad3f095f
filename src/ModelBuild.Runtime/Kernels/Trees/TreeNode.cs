using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>
/// One node as the walk reads it. A branch goes to <see cref="Left"/> where the feature is at most the threshold, else to <see cref="Left"/> plus <see cref="Delta"/>;
/// a leaf leads to itself with a delta of 0 and holds its value, or its number, as the threshold.
/// </summary>
/// <param name="threshold">Bound of a branch, value or number of a leaf.</param>
/// <param name="feature">Column that a branch compares; 0 for a leaf.</param>
/// <param name="left">Index of the next node where the feature is at most the threshold.</param>
/// <param name="delta">What is added to <paramref name="left"/> where it is not; 0 for a leaf.</param>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(int))]
public readonly struct TreeNode<T>(T threshold, int feature, int left, int delta)
    where T : unmanaged
{
    /// <summary>Bound of a branch, value or number of a leaf.</summary>
    public readonly T Threshold = threshold;

    /// <summary>Column that a branch compares; 0 for a leaf.</summary>
    public readonly int Feature = feature;

    /// <summary>Index of the next node where the feature is at most the threshold.</summary>
    public readonly int Left = left;

    /// <summary>What is added to <see cref="Left"/> where it is not; 0 for a leaf.</summary>
    public readonly int Delta = delta;
}
