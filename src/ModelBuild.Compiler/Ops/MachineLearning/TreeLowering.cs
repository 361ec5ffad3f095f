using System.Numerics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Appends the steps that walk an ensemble.</summary>
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
        if (forest.Aggregate is TreeAggregate.Sum or TreeAggregate.Average && forest.TargetsOfTrees() is { } targets)
        {
            return Sum<T>(context, forest, targets, x, y, rows, features);
        }

        PackedForest<T> packed = new(forest, Enumerable.Range(0, forest.Roots.Length), leaf => leaf);
        (int Target, double Value)[] entries = [.. forest.Leaves.SelectMany(l => l)];
        int end = 0;
        int[] leafEnds = [.. forest.Leaves.Select(l => end += l.Length)];
        Operand given = context.Scratch(DType.U8, (long)rows * forest.Targets)!;
        context.Call(
            "Trees.Aggregate", 0,
            ("x", x), ("nodes", context.Weights(packed.Nodes)), ("roots", context.Weights(packed.Roots)), ("nanLeft", packed.NaNLeft is { } flags ? context.Weights(flags) : null),
            ("leafEnds", context.Weights(Tensor.Vector<int>(leafEnds))), ("entryTargets", context.Weights(Tensor.Vector<int>([.. entries.Select(e => e.Target)]))),
            ("entryValues", context.Weights(Tensor.Vector<T>([.. entries.Select(e => T.CreateTruncating(e.Value))]))), ("y", y), ("given", given),
            ("rows", rows), ("features", features), ("targets", forest.Targets), ("aggregate", forest.Aggregate), ("steps", packed.Steps));
        return given;
    }

    private static Operand Sum<T>(ILoweringContext context, TreeForest forest, int[] targets, Operand x, Operand y, int rows, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double divisor = forest.Aggregate == TreeAggregate.Average ? forest.Roots.Length : 1;
        int[] order = [.. Enumerable.Range(0, targets.Length).OrderBy(t => targets[t])];
        int[] targetEnds = [.. Enumerable.Range(0, forest.Targets).Select(k => targets.Count(t => t <= k))];
        PackedForest<T> packed = new(forest, order, leaf => forest.Leaves[leaf][0].Value / divisor);
        Operand given = context.Weights(new Tensor(DType.U8, [forest.Targets], [.. Enumerable.Range(0, forest.Targets).Select(k => targets.Contains(k) ? (byte)1 : (byte)0)]));
        if (packed is PackedForest<float> single && CompleteForest.Of(single.NodeList, single.RootList) is { } complete)
        {
            context.Call(
                "Trees.SumComplete", 0,
                ("x", x), ("nodes", packed.NaNLeft is null ? null : context.Weights(packed.Nodes)), ("roots", context.Weights(packed.Roots)), ("targetEnds", context.Weights(Tensor.Vector<int>(targetEnds))),
                ("nanLeft", packed.NaNLeft is { } left ? context.Weights(left) : null), ("columns", context.Weights(Tensor.Vector<int>(complete.Columns))),
                ("bounds", context.Weights(Tensor.Vector<float>(complete.Bounds))), ("leaves", context.Weights(Tensor.Vector<float>(complete.Leaves))),
                ("work", rows < Trees.BatchRows ? null : context.Scratch(DType.F32, (long)features * Trees.BatchRows)), ("y", y), ("rows", rows), ("features", features), ("depth", complete.Depth));
            return given;
        }

        context.Call(
            "Trees.Sum", 0,
            ("x", x), ("nodes", context.Weights(packed.Nodes)), ("roots", context.Weights(packed.Roots)), ("targetEnds", context.Weights(Tensor.Vector<int>(targetEnds))),
            ("nanLeft", packed.NaNLeft is { } flags ? context.Weights(flags) : null), ("baseValues", (Operand?)null), ("y", y), ("rows", rows), ("features", features), ("steps", packed.Steps));
        return given;
    }
}
