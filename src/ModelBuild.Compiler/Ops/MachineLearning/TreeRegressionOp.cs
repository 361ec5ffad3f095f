using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>A tree ensemble that gives numbers.</summary>
public abstract class TreeRegressionOp : MachineLearningOp
{
    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        TreeForest forest = Read(context.Node);
        (int rows, int features) = Matrix(x.Dims);
        forest.CheckFeatures(context.Node, features);
        double[] values = Numbers(x);
        List<double> result = [];
        for (int r = 0; r < rows; r++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            double[] row = forest.Evaluate(values.AsSpan(r * features, features)).Values;
            for (int k = 0; k < row.Length && forest.BaseValues.Length > 0; k++)
            {
                row[k] += forest.BaseValues[k];
            }

            result.AddRange(ScoreReference.Transform(row, forest.Transform));
        }

        return [FloatTensors.FromDouble(context.Node, ResultType(x.DType), [.. result], [rows, forest.Targets])];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        TreeForest forest = Read(context.Node);
        (int rows, int features) = Matrix(context.InputDims(0));
        Operand x = Converted(context, 0, context.Input(0).DType == DType.F64 ? DType.F64 : DType.F32);
        Operand result = context.Output();
        long count = (long)rows * forest.Targets;
        if (count == 0)
        {
            return;
        }

        Operand y = result.DType == x.DType ? result : context.Scratch(x.DType, count)!;
        TreeLowering.Join(context, forest, x, y, rows, features);
        if (WeightsOf(context, x.DType, forest.BaseValues) is { } values)
        {
            context.Call("Scores.Add", 0, ("y", y), ("values", values), ("rows", rows), ("columns", forest.Targets));
        }

        if (forest.Transform != ScoreTransform.None)
        {
            context.Call("Scores.Transform", 0, ("y", y), ("rows", rows), ("columns", forest.Targets), ("transform", forest.Transform));
        }

        if (y != result)
        {
            context.Call("Cast.Run", 0, ("x", y), ("y", result));
        }
    }

    private protected abstract DType ResultType(DType input);

    /// <summary>The ensemble of the node.</summary>
    private protected abstract TreeForest Describe(Node node);

    private TreeForest Read(Node node)
    {
        TreeForest forest = Describe(node);
        return forest.BaseValues.Length == 0 || forest.BaseValues.Length == forest.Targets
            ? forest
            : throw NodeErrors.Invalid(node, $"base_values has {forest.BaseValues.Length} entries; {forest.Targets} are needed.");
    }
}
