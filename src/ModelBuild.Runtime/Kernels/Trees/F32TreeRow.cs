using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>One row through complete trees, four at once. No step of a walk is a branch, as its outcome cannot be foretold.</summary>
internal static unsafe class F32TreeRow
{
    private const int Width = 4;

    /// <summary>Sums trees.</summary>
    /// <param name="x">The features; NaN goes to the right.</param>
    /// <param name="columns">The feature of each branch, trees one after another, each in the order of a heap with one place unused.</param>
    /// <param name="bounds">The bound of each branch.</param>
    /// <param name="leaves">The leaves of each tree from left to right.</param>
    /// <param name="from">The first tree.</param>
    /// <param name="to">The tree behind the last.</param>
    /// <param name="depth">Branches from root to leaf, 1 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(float* x, int* columns, float* bounds, float* leaves, int from, int to, int depth)
    {
        float first = 0;
        float second = 0;
        float third = 0;
        float fourth = 0;
        nint size = (nint)1 << depth;
        int t = from;
        for (; t <= to - Width; t += Width)
        {
            nint start = (nint)t << depth;
            int* column = columns + start;
            float* bound = bounds + start;
            nint a = 0;
            nint b = 0;
            nint c = 0;
            nint d = 0;
            int level = depth;
            do
            {
                a = Next(x, column, bound, a);
                b = Next(x, column + size, bound + size, b);
                c = Next(x, column + (2 * size), bound + (2 * size), c);
                d = Next(x, column + (3 * size), bound + (3 * size), d);
            }
            while (--level > 0);

            // The numbers of the leaves continue those of the branches.
            float* leaf = leaves + start - size + 1;
            first += leaf[a];
            second += leaf[size + b];
            third += leaf[(2 * size) + c];
            fourth += leaf[(3 * size) + d];
        }

        for (; t < to; t++)
        {
            nint start = (nint)t << depth;
            nint a = 0;
            int level = depth;
            do
            {
                a = Next(x, columns + start, bounds + start, a);
            }
            while (--level > 0);

            first += leaves[start + a - size + 1];
        }

        return (first + second) + (third + fourth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Next(float* x, int* columns, float* bounds, nint node) =>
        (2 * node) + 2 - Unsafe.BitCast<bool, byte>(x[columns[node]] <= bounds[node]);
}
