using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Evaluates complete trees for 16 rows at once in two vectors: every branch is compared, and the values of the leaves are chosen from the bottom up. No step depends on data.</summary>
internal static unsafe class F32TreeBlendVector256
{
    /// <summary>Rows of one block.</summary>
    public const int Rows = Trees.BatchRows;

    private const int Half = Rows / 2;

    /// <summary>Levels that are computed in registers.</summary>
    private const int FourLevels = 4;

    /// <summary>Sums trees.</summary>
    /// <param name="x">The features of the block [features][16].</param>
    /// <param name="columns">The feature of each branch, trees one after another, each in the order of a heap with one place unused.</param>
    /// <param name="bounds">The bound of each branch.</param>
    /// <param name="leaves">The leaves of each tree from left to right.</param>
    /// <param name="from">The first tree.</param>
    /// <param name="to">The tree behind the last.</param>
    /// <param name="depth">Branches from root to leaf, 1 or more.</param>
    /// <param name="sums">Receives the sums of the rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(float* x, int* columns, float* bounds, float* leaves, int from, int to, int depth, float* sums)
    {
        Vector256<float> lower = Vector256<float>.Zero;
        Vector256<float> upper = Vector256<float>.Zero;
        float* values = stackalloc float[(Math.Max(depth, FourLevels) - FourLevels + 1) * Rows];
        for (int t = from; t < to; t++)
        {
            nint start = (nint)t << depth;
            int* column = columns + start;
            float* bound = bounds + start;

            // The leaves below the last branches continue the numbers of the heap.
            float* leaf = leaves + start - (1 << depth) + 1;
            if (depth < FourLevels)
            {
                Shallow(x, column, bound, leaf, depth, values);
            }
            else
            {
                Deep(x, column, bound, leaf, 0, depth, values);
            }

            lower += Vector256.Load(values);
            upper += Vector256.Load(values + Half);
        }

        lower.Store(sums);
        upper.Store(sums + Half);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shallow(float* x, int* columns, float* bounds, float* leaves, int depth, float* values)
    {
        Vector256<float> lower;
        Vector256<float> upper;
        switch (depth)
        {
            case 1:
                One(x, columns, bounds, leaves, 0, out lower, out upper);
                break;
            case 2:
                Two(x, columns, bounds, leaves, 0, out lower, out upper);
                break;
            default:
                Three(x, columns, bounds, leaves, 0, out lower, out upper);
                break;
        }

        lower.Store(values);
        upper.Store(values + Half);
    }

    /// <summary>The values of a tree below a node.</summary>
    /// <param name="x">The features.</param>
    /// <param name="columns">The feature of each branch of the tree.</param>
    /// <param name="bounds">The bound of each branch.</param>
    /// <param name="leaves">The leaves by their numbers in the heap.</param>
    /// <param name="node">The node.</param>
    /// <param name="depth">Branches from it to a leaf, 4 or more.</param>
    /// <param name="values">Receives the values; there is as much room behind them for each level above the fourth.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Deep(float* x, int* columns, float* bounds, float* leaves, nint node, int depth, float* values)
    {
        if (depth == FourLevels)
        {
            Four(x, columns, bounds, leaves, node, values);
            return;
        }

        float* right = values + Rows;
        Deep(x, columns, bounds, leaves, (2 * node) + 1, depth - 1, values);
        Deep(x, columns, bounds, leaves, (2 * node) + 2, depth - 1, right);
        float* feature = x + ((nint)columns[node] * Rows);
        Vector256<float> bound = Vector256.Create(bounds[node]);
        Choose(Vector256.Load(feature), bound, Vector256.Load(values), Vector256.Load(right)).Store(values);
        Choose(Vector256.Load(feature + Half), bound, Vector256.Load(values + Half), Vector256.Load(right + Half)).Store(values + Half);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(float* x, int* columns, float* bounds, float* leaves, nint node, float* values)
    {
        Three(x, columns, bounds, leaves, (2 * node) + 1, out Vector256<float> leftLower, out Vector256<float> leftUpper);
        Three(x, columns, bounds, leaves, (2 * node) + 2, out Vector256<float> rightLower, out Vector256<float> rightUpper);
        float* feature = x + ((nint)columns[node] * Rows);
        Vector256<float> bound = Vector256.Create(bounds[node]);
        Choose(Vector256.Load(feature), bound, leftLower, rightLower).Store(values);
        Choose(Vector256.Load(feature + Half), bound, leftUpper, rightUpper).Store(values + Half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Three(float* x, int* columns, float* bounds, float* leaves, nint node, out Vector256<float> lower, out Vector256<float> upper)
    {
        Two(x, columns, bounds, leaves, (2 * node) + 1, out Vector256<float> leftLower, out Vector256<float> leftUpper);
        Two(x, columns, bounds, leaves, (2 * node) + 2, out Vector256<float> rightLower, out Vector256<float> rightUpper);
        float* feature = x + ((nint)columns[node] * Rows);
        Vector256<float> bound = Vector256.Create(bounds[node]);
        lower = Choose(Vector256.Load(feature), bound, leftLower, rightLower);
        upper = Choose(Vector256.Load(feature + Half), bound, leftUpper, rightUpper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Two(float* x, int* columns, float* bounds, float* leaves, nint node, out Vector256<float> lower, out Vector256<float> upper)
    {
        One(x, columns, bounds, leaves, (2 * node) + 1, out Vector256<float> leftLower, out Vector256<float> leftUpper);
        One(x, columns, bounds, leaves, (2 * node) + 2, out Vector256<float> rightLower, out Vector256<float> rightUpper);
        float* feature = x + ((nint)columns[node] * Rows);
        Vector256<float> bound = Vector256.Create(bounds[node]);
        lower = Choose(Vector256.Load(feature), bound, leftLower, rightLower);
        upper = Choose(Vector256.Load(feature + Half), bound, leftUpper, rightUpper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One(float* x, int* columns, float* bounds, float* leaves, nint node, out Vector256<float> lower, out Vector256<float> upper)
    {
        float* feature = x + ((nint)columns[node] * Rows);
        Vector256<float> bound = Vector256.Create(bounds[node]);
        Vector256<float> left = Vector256.Create(leaves[(2 * node) + 1]);
        Vector256<float> right = Vector256.Create(leaves[(2 * node) + 2]);
        lower = Choose(Vector256.Load(feature), bound, left, right);
        upper = Choose(Vector256.Load(feature + Half), bound, left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Choose(Vector256<float> feature, Vector256<float> bound, Vector256<float> left, Vector256<float> right) =>
        Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(bound, feature), left, right);
}
