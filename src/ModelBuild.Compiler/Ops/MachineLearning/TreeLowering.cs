using System.Numerics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Appends the step that evaluates an ensemble: the fastest kernel that its trees allow.</summary>
internal static class TreeLowering
{
    /// <summary>Joined values, and which of them a tree gave.</summary>
    /// <param name="x">Rows of binary32 or binary64.</param>
    /// <param name="y">Receives [rows, targets] of the same type.</param>
    /// <returns>[rows, targets] or, where it is the same for all rows, [targets].</returns>
    public static Operand Join(ILoweringContext context, TreeForest forest, Operand x, Operand y, int rows, int features)
    {
        forest.CheckFeatures(context.Node, features);
        return x.DType == DType.F64 ? Join<double>(context, forest, x, y, rows, features) : Join<float>(context, forest, x, y, rows, features);
    }

    private static Operand Join<T>(ILoweringContext context, TreeForest forest, Operand x, Operand y, int rows, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isSum = forest.Aggregate is TreeAggregate.Sum or TreeAggregate.Average;
        if (isSum && forest.TargetsOfTrees() is { } targets)
        {
            Sum<T>(context, forest, targets, x, y, rows, features);
            return Flags(context, [.. Enumerable.Range(0, forest.Targets).Select(targets.Contains)]);
        }

        PackedForest<T> packed = new(forest, Enumerable.Range(0, forest.Roots.Length), leaf => leaf);
        if (isSum && packed is PackedForest<float> single && forest.GivenTargets() is { } given && TrySumLeaves(context, forest, single, null, x, y, rows, features))
        {
            return Flags(context, given);
        }

        return Aggregate(context, forest, packed, x, y, rows, features);
    }

    private static Operand Aggregate<T>(ILoweringContext context, TreeForest forest, PackedForest<T> packed, Operand x, Operand y, int rows, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int Target, double Value)[] entries = [.. forest.Leaves.SelectMany(l => l)];
        int end = 0;
        int[] leafEnds = [.. forest.Leaves.Select(l => end += l.Length)];
        Operand given = context.Scratch(DType.U8, (long)rows * forest.Targets)!;
        context.Call(
            "Trees.Aggregate", 0,
            ("x", x), ("nodes", context.Weights(packed.Nodes)), ("roots", context.Weights(packed.Roots)), ("nanLeft", NaNLeft(context, packed)),
            ("leafEnds", context.Weights(Tensor.Vector<int>(leafEnds))), ("entryTargets", context.Weights(Tensor.Vector<int>([.. entries.Select(e => e.Target)]))),
            ("entryValues", context.Weights(Tensor.Vector<T>([.. entries.Select(e => T.CreateTruncating(e.Value))]))), ("y", y), ("given", given),
            ("rows", rows), ("features", features), ("targets", forest.Targets), ("aggregate", forest.Aggregate), ("steps", packed.Steps));
        return given;
    }

    private static void Sum<T>(ILoweringContext context, TreeForest forest, int[] targets, Operand x, Operand y, int rows, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double divisor = forest.Aggregate == TreeAggregate.Average ? forest.Roots.Length : 1;
        int[] order = [.. Enumerable.Range(0, targets.Length).OrderBy(t => targets[t])];
        Operand targetEnds = context.Weights(Tensor.Vector<int>([.. Enumerable.Range(0, forest.Targets).Select(k => targets.Count(t => t <= k))]));
        PackedForest<T> packed = new(forest, order, leaf => forest.Leaves[leaf][0].Value / divisor);
        if (packed is PackedForest<float> single)
        {
            if (CompleteForest.Of(single.NodeList, single.RootList) is { } complete)
            {
                SumComplete(context, single, complete, targetEnds, x, y, rows, features);
                return;
            }

            PackedForest<float> numbered = new(forest, order, leaf => leaf);
            if (TrySumLeaves(context, forest, numbered, [.. order.Select(t => targets[t])], x, y, rows, features))
            {
                return;
            }
        }

        context.Call(
            "Trees.Sum", 0,
            ("x", x), ("nodes", context.Weights(packed.Nodes)), ("roots", context.Weights(packed.Roots)), ("targetEnds", targetEnds),
            ("nanLeft", NaNLeft(context, packed)), ("baseValues", (Operand?)null), ("y", y), ("rows", rows), ("features", features), ("steps", packed.Steps));
    }

    private static void SumComplete(ILoweringContext context, PackedForest<float> packed, CompleteForest complete, Operand targetEnds, Operand x, Operand y, int rows, int features) =>
        context.Call(
            "Trees.SumComplete", 0,
            ("x", x), ("nodes", packed.NaNLeft is null ? null : context.Weights(packed.Nodes)), ("roots", context.Weights(packed.Roots)), ("targetEnds", targetEnds),
            ("nanLeft", NaNLeft(context, packed)), ("columns", context.Weights(Tensor.Vector<int>(complete.Columns))),
            ("bounds", context.Weights(Tensor.Vector<float>(complete.Bounds))), ("leaves", context.Weights(Tensor.Vector<float>(complete.Leaves))),
            ("work", Work(context, rows, features)), ("y", y), ("rows", rows), ("features", features), ("depth", complete.Depth));

    // Kernels that take the values of a leaf from a table: by masks for trees of few leaves, else by walking.
    private static bool TrySumLeaves(ILoweringContext context, TreeForest forest, PackedForest<float> packed, int[]? targetOf, Operand x, Operand y, int rows, int features)
    {
        int width = targetOf is null ? LeafTable.WidthOf(forest.Targets) : 1;
        if (forest.Targets > Trees.MostLeafTargets)
        {
            return false;
        }

        if (MaskedTrees.Of(packed, forest.Summands, targetOf, width) is { } masked)
        {
            context.Call(
                "Trees.SumMasked", 0,
                ("x", x), ("slotEnds", context.Weights(Tensor.Vector<int>(masked.SlotEnds))), ("columns", context.Weights(Tensor.Vector<int>(masked.Columns))),
                ("bounds", context.Weights(Tensor.Vector<float>(masked.Bounds))), ("masks", context.Weights(Tensor.Vector<uint>(masked.Masks))),
                ("nanMasks", masked.NaNMasks is { } masks ? context.Weights(Tensor.Vector<uint>(masks)) : null), ("leafStarts", context.Weights(Tensor.Vector<int>(masked.LeafStarts))),
                ("leaves", context.Weights(Tensor.Vector<float>(masked.Leaves))), ("groupTargets", context.Weights(Tensor.Vector<int>(masked.GroupTargets))),
                ("work", Work(context, rows, features)), ("y", y), ("rows", rows), ("features", features), ("targets", forest.Targets), ("width", width), ("words", masked.Words));
            return true;
        }

        if (LeafTrees.Of(packed, targetOf, forest.Leaves.Length) is not { } trees)
        {
            return false;
        }

        context.Call(
            "Trees.SumLeaves", 0,
            ("x", x), ("nodes", context.Weights(trees.Nodes)), ("nanLeft", trees.NaNLeft is { } flags ? context.Weights(flags) : null), ("roots", context.Weights(trees.Roots)),
            ("groupTargets", context.Weights(trees.GroupTargets)), ("leaves", context.Weights(Tensor.Vector<float>(LeafTable.Of(forest, width).Values))),
            ("work", Work(context, rows, features)), ("y", y), ("rows", rows), ("features", features), ("targets", forest.Targets), ("width", width));
        return true;
    }

    private static Operand? NaNLeft<T>(ILoweringContext context, PackedForest<T> packed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => packed.NaNLeft is { } flags ? context.Weights(flags) : null;

    private static Operand? Work(ILoweringContext context, int rows, int features) => rows < Trees.BatchRows ? null : context.Scratch(DType.F32, (long)features * Trees.BatchRows);

    private static Operand Flags(ILoweringContext context, bool[] flags) => context.Weights(new Tensor(DType.U8, [flags.Length], [.. flags.Select(f => f ? (byte)1 : (byte)0)]));
}
