using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>Ensembles of decision trees (ONNX ai.onnx.ml TreeEnsemble 5).</summary>
public static unsafe partial class Trees
{
    /// <summary>What a walk from a root to a leaf costs in multiply-accumulates of a matrix product.</summary>
    private const long TreeCost = 500;

    /// <summary>Sums trees of which each gives one value to one target.</summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="nodes">The nodes, <see cref="TreeNode{T}"/> as bytes; the threshold of a leaf is its value.</param>
    /// <param name="roots">The node at which each tree begins, the trees of the first target first.</param>
    /// <param name="targetEnds">For each target the number of trees up to and with its own.</param>
    /// <param name="nanLeft">For each node 1 where NaN goes to the left; empty when it always goes to the right.</param>
    /// <param name="baseValues">One value per target, added to its sum; empty for none.</param>
    /// <param name="y">The sums [rows, targets].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The number of columns, more than any node's.</param>
    /// <param name="steps">The most branches from a root to a leaf, where that is few; else 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<byte> nodes, ReadOnlySpan<int> roots, ReadOnlySpan<int> targetEnds, ReadOnlySpan<byte> nanLeft, ReadOnlySpan<T> baseValues, Span<T> y, int rows, int features, int steps)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * targetEnds.Length, nameof(y));
        Throw.IfPresentAndShorter(baseValues.Length, targetEnds.Length, nameof(baseValues));
        fixed (T* xp = x, baseValuesp = baseValues, yp = y)
        fixed (byte* nodesp = nodes, nanLeftp = nanLeft)
        fixed (int* rootsp = roots, targetEndsp = targetEnds)
        {
            var forest = new SharedForest<T>(xp, nodesp, nodes.Length, rootsp, roots.Length, targetEndsp, targetEnds.Length, nanLeftp, nanLeft.Length, baseValuesp, yp, features, steps);
            long work = TreeCost * rows * roots.Length;
            if (rows > 1 && ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, forest, rows, 1, work);
            }
            else
            {
                forest.Run(0, rows);
            }
        }
    }

    /// <summary>Joins trees whose leaves give values to any number of targets.</summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="nodes">The nodes, <see cref="TreeNode{T}"/> as bytes; the threshold of a leaf is its number.</param>
    /// <param name="roots">The node at which each tree begins.</param>
    /// <param name="nanLeft">For each node 1 where NaN goes to the left; empty when it always goes to the right.</param>
    /// <param name="leafEnds">For each leaf the number of entries up to and with its own.</param>
    /// <param name="entryTargets">The target of each entry.</param>
    /// <param name="entryValues">The value of each entry.</param>
    /// <param name="y">The joined values [rows, targets]; 0 where no tree gave one.</param>
    /// <param name="given">1 where a tree gave a value [rows, targets].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The number of columns, more than any node's.</param>
    /// <param name="targets">The number of targets.</param>
    /// <param name="aggregate">How the values are joined.</param>
    /// <param name="steps">The most branches from a root to a leaf, where that is few; else 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Aggregate<T>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<byte> nodes,
        ReadOnlySpan<int> roots,
        ReadOnlySpan<byte> nanLeft,
        ReadOnlySpan<int> leafEnds,
        ReadOnlySpan<int> entryTargets,
        ReadOnlySpan<T> entryValues,
        Span<T> y,
        Span<byte> given,
        int rows,
        int features,
        int targets,
        TreeAggregate aggregate,
        int steps)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * targets, nameof(y));
        Throw.IfShorter(given.Length, (long)rows * targets, nameof(given));
        Throw.IfShorter(entryValues.Length, entryTargets.Length, nameof(entryValues));
        ref TreeNode<T> all = ref TreeWalk.NodesOf<T>(nodes);
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<T> row = x.Slice(r * features, features);
            ref T first = ref MemoryMarshal.GetReference(row);
            Span<T> result = y.Slice(r * targets, targets);
            Span<byte> seen = given.Slice(r * targets, targets);
            result.Clear();
            seen.Clear();
            bool missing = nanLeft.Length > 0 && TreeWalk.AnyNaN(row);
            for (int t = 0; t < roots.Length; t += TreeWalk.Width)
            {
                int count = Math.Min(TreeWalk.Width, roots.Length - t);
                (int a, int b, int c, int d) = missing
                    ? (TreeWalk.Missing(ref all, ref first, roots[t], nanLeft), 0, 0, 0)
                    : (roots[t], roots[t + Math.Min(1, count - 1)], roots[t + Math.Min(2, count - 1)], roots[t + Math.Min(3, count - 1)]);
                if (missing)
                {
                    for (int i = 0; i < count; i++)
                    {
                        Enter(LeafOf(ref all, i == 0 ? a : TreeWalk.Missing(ref all, ref first, roots[t + i], nanLeft)), leafEnds, entryTargets, entryValues, result, seen, aggregate);
                    }

                    continue;
                }

                TreeWalk.Four(ref all, ref first, ref a, ref b, ref c, ref d, steps);
                Enter(LeafOf(ref all, a), leafEnds, entryTargets, entryValues, result, seen, aggregate);
                if (count > 1)
                {
                    Enter(LeafOf(ref all, b), leafEnds, entryTargets, entryValues, result, seen, aggregate);
                }

                if (count > 2)
                {
                    Enter(LeafOf(ref all, c), leafEnds, entryTargets, entryValues, result, seen, aggregate);
                }

                if (count > 3)
                {
                    Enter(LeafOf(ref all, d), leafEnds, entryTargets, entryValues, result, seen, aggregate);
                }
            }

            if (aggregate == TreeAggregate.Average)
            {
                T trees = T.CreateChecked(roots.Length);
                foreach (ref T value in result)
                {
                    value /= trees;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRow<T>(
        ReadOnlySpan<T> row, ReadOnlySpan<byte> nodes, ReadOnlySpan<int> roots, ReadOnlySpan<int> targetEnds, ReadOnlySpan<byte> nanLeft, ReadOnlySpan<T> baseValues, Span<T> y, int steps)
        where T : unmanaged, INumber<T>
    {
        ref TreeNode<T> all = ref TreeWalk.NodesOf<T>(nodes);
        ref T first = ref MemoryMarshal.GetReference(row);
        bool missing = nanLeft.Length > 0 && TreeWalk.AnyNaN(row);
        int t = 0;
        for (int k = 0; k < targetEnds.Length; k++)
        {
            int end = targetEnds[k];
            T sum = baseValues.Length > 0 ? baseValues[k] : T.Zero;
            if (missing)
            {
                for (; t < end; t++)
                {
                    sum += Unsafe.Add(ref all, TreeWalk.Missing(ref all, ref first, roots[t], nanLeft)).Threshold;
                }
            }

            for (; t <= end - TreeWalk.Width; t += TreeWalk.Width)
            {
                int a = roots[t];
                int b = roots[t + 1];
                int c = roots[t + 2];
                int d = roots[t + 3];
                TreeWalk.Four(ref all, ref first, ref a, ref b, ref c, ref d, steps);
                sum += Unsafe.Add(ref all, a).Threshold + Unsafe.Add(ref all, b).Threshold + (Unsafe.Add(ref all, c).Threshold + Unsafe.Add(ref all, d).Threshold);
            }

            for (; t < end; t++)
            {
                sum += Unsafe.Add(ref all, TreeWalk.One(ref all, ref first, roots[t])).Threshold;
            }

            y[k] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LeafOf<T>(ref TreeNode<T> nodes, int position)
        where T : unmanaged, INumber<T> => int.CreateTruncating(Unsafe.Add(ref nodes, position).Threshold);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Enter<T>(int leaf, ReadOnlySpan<int> leafEnds, ReadOnlySpan<int> entryTargets, ReadOnlySpan<T> entryValues, Span<T> result, Span<byte> seen, TreeAggregate aggregate)
        where T : unmanaged, INumber<T>
    {
        for (int e = leaf == 0 ? 0 : leafEnds[leaf - 1]; e < leafEnds[leaf]; e++)
        {
            int target = entryTargets[e];
            T value = entryValues[e];
            bool replaces = seen[target] == 0 || (aggregate == TreeAggregate.Min ? value < result[target] : value > result[target]);
            result[target] = aggregate is TreeAggregate.Sum or TreeAggregate.Average ? result[target] + value : replaces ? value : result[target];
            seen[target] = 1;
        }
    }

    /// <summary>Rows of which each is summed on its own.</summary>
    private readonly struct SharedForest<T>(
        T* x, byte* nodes, int nodeBytes, int* roots, int trees, int* targetEnds, int targets, byte* nanLeft, int nanLeftLength, T* baseValues, T* y, int features, int steps) : ISharedRange
        where T : unmanaged, INumber<T>
    {
        public int Trees => trees;

        public int Features => features;

        public int Steps => steps;

        public bool HasNanLeft => nanLeftLength > 0;

        public ReadOnlySpan<int> TargetEnds => new(targetEnds, targets);

        public ReadOnlySpan<T> Rows(int row, int count) => new(x + ((nint)row * features), count * features);

        public Span<T> Sums(int row, int count) => new(y + ((nint)row * targets), count * targets);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            for (int r = (int)first; r < (int)end; r++)
            {
                SumRow(
                    Rows(r, 1),
                    new ReadOnlySpan<byte>(nodes, nodeBytes),
                    new ReadOnlySpan<int>(roots, trees),
                    TargetEnds,
                    new ReadOnlySpan<byte>(nanLeft, nanLeftLength),
                    baseValues == null ? default : new ReadOnlySpan<T>(baseValues, targets),
                    Sums(r, 1),
                    steps);
            }
        }
    }
}
