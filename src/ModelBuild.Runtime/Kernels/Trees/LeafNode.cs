using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>
/// One node of <see cref="Trees.SumLeaves"/>. A branch leads to the next node where the feature is at most the bound, else <see cref="Delta"/> nodes on. A leaf has a bound that is NaN, so that
/// every feature leads it on by its delta of 0; the lower bits of the NaN are the number of the leaf.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(int))]
public readonly struct LeafNode
{
    /// <summary>Leaves that can be told apart.</summary>
    public const int MostLeaves = 1 << 22;

    /// <summary>Exponent and highest bit of a quiet NaN (IEEE 754-2019, 6.2.1).</summary>
    private const uint NaN = 0x7FC00000;

    private readonly uint _bound;

    /// <summary>A branch.</summary>
    /// <param name="bound">Features up to it lead to the next node.</param>
    /// <param name="feature">Column that is compared.</param>
    /// <param name="delta">Nodes to the one that follows otherwise, 2 or more.</param>
    public LeafNode(float bound, ushort feature, ushort delta)
    {
        _bound = BitConverter.SingleToUInt32Bits(bound);
        Feature = feature;
        Delta = delta;
    }

    /// <summary>A leaf.</summary>
    /// <param name="leaf">Its number, less than <see cref="MostLeaves"/>.</param>
    public LeafNode(int leaf) => _bound = NaN | (uint)leaf;

    /// <summary>Column that a branch compares; 0 for a leaf.</summary>
    public readonly ushort Feature;

    /// <summary>Nodes to the one on the right; 0 for a leaf.</summary>
    public readonly ushort Delta;

    /// <summary>Bound of a branch; NaN for a leaf.</summary>
    public float Bound
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BitConverter.UInt32BitsToSingle(_bound);
    }

    /// <summary>Number of a leaf.</summary>
    public int Leaf
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)(_bound & (MostLeaves - 1));
    }
}
