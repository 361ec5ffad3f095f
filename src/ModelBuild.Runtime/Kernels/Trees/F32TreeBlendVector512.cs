using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Evaluates complete trees for 16 rows at once: every branch is compared, and the values of the leaves are chosen from the bottom up. No step depends on data.</summary>
internal static class F32TreeBlendVector512
{
    /// <summary>Rows of one block.</summary>
    public const int Rows = 16;

    /// <summary>Sums trees.</summary>
    /// <param name="x">The features of the block [features][16].</param>
    /// <param name="columns">The feature of each branch, trees one after another, each in the order of a heap with one place unused.</param>
    /// <param name="bounds">The bound of each branch.</param>
    /// <param name="leaves">The leaves of each tree from left to right.</param>
    /// <param name="from">The first tree.</param>
    /// <param name="to">The tree behind the last.</param>
    /// <param name="depth">Branches from root to leaf, 1 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector512<float> Sum(ref float x, ref int columns, ref float bounds, ref float leaves, int from, int to, int depth)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        for (int t = from; t < to; t++)
        {
            int start = t << depth;
            ref int column = ref Unsafe.Add(ref columns, start);
            ref float bound = ref Unsafe.Add(ref bounds, start);

            // The leaves below the last branches continue the numbers of the heap.
            ref float leaf = ref Unsafe.Add(ref leaves, start - (1 << depth) + 1);
            sum += depth switch
            {
                1 => One(ref x, ref column, ref bound, ref leaf, 0),
                2 => Two(ref x, ref column, ref bound, ref leaf, 0),
                3 => Three(ref x, ref column, ref bound, ref leaf, 0),
                _ => Deep(ref x, ref column, ref bound, ref leaf, 0, depth),
            };
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> Deep(ref float x, ref int columns, ref float bounds, ref float leaves, int node, int depth)
    {
        if (depth == 4)
        {
            return Four(ref x, ref columns, ref bounds, ref leaves, node);
        }

        Vector512<float> left = Deep(ref x, ref columns, ref bounds, ref leaves, (2 * node) + 1, depth - 1);
        Vector512<float> right = Deep(ref x, ref columns, ref bounds, ref leaves, (2 * node) + 2, depth - 1);
        return Vector512.ConditionalSelect(IsLeft(ref x, ref columns, ref bounds, node), left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> Four(ref float x, ref int columns, ref float bounds, ref float leaves, int node) => Vector512.ConditionalSelect(
        IsLeft(ref x, ref columns, ref bounds, node), Three(ref x, ref columns, ref bounds, ref leaves, (2 * node) + 1), Three(ref x, ref columns, ref bounds, ref leaves, (2 * node) + 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Three(ref float x, ref int columns, ref float bounds, ref float leaves, int node) => Vector512.ConditionalSelect(
        IsLeft(ref x, ref columns, ref bounds, node), Two(ref x, ref columns, ref bounds, ref leaves, (2 * node) + 1), Two(ref x, ref columns, ref bounds, ref leaves, (2 * node) + 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Two(ref float x, ref int columns, ref float bounds, ref float leaves, int node) => Vector512.ConditionalSelect(
        IsLeft(ref x, ref columns, ref bounds, node), One(ref x, ref columns, ref bounds, ref leaves, (2 * node) + 1), One(ref x, ref columns, ref bounds, ref leaves, (2 * node) + 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> One(ref float x, ref int columns, ref float bounds, ref float leaves, int node) => Vector512.ConditionalSelect(
        IsLeft(ref x, ref columns, ref bounds, node), Vector512.Create(Unsafe.Add(ref leaves, (2 * node) + 1)), Vector512.Create(Unsafe.Add(ref leaves, (2 * node) + 2)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> IsLeft(ref float x, ref int columns, ref float bounds, int node) =>
        Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref x, (nuint)(Unsafe.Add(ref columns, node) * Rows)), Vector512.Create(Unsafe.Add(ref bounds, node)));
}
