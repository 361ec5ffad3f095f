using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The operands of <see cref="Trees.SumMasked"/>.</summary>
internal unsafe struct MaskedForest
{
    /// <summary>Trees of a group.</summary>
    public const int Lanes = LeafSums.Leaves;

    /// <summary>Rows of a block.</summary>
    public const int Rows = 16;

    public int* SlotEnds;
    public int* Columns;
    public float* Bounds;
    public uint* Masks;
    public uint* NaNMasks;
    public int* LeafStarts;
    public float* Leaves;
    public int* GroupTargets;
    public int Groups;
    public int Features;
    public int Targets;
    public int Width;
    public int Words;

    /// <summary>Adds the values of the leaves of one group to the sums of one row.</summary>
    /// <param name="group">The group.</param>
    /// <param name="leaf">The numbers of the leaves.</param>
    /// <param name="stride">From one number of <paramref name="leaf"/> to the next.</param>
    /// <param name="sums">The sums of the row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Add(int group, int* leaf, int stride, float* sums) => LeafSums.Add(Leaves, Width, leaf, stride, sums + GroupTargets[group]);
}
