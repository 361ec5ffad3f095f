using ModelBuild.Compiler.Ir;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>A tree ensemble that chooses a class (ONNX ai.onnx.ml TreeEnsembleClassifier 1 and 3).</summary>
public sealed class TreeEnsembleClassifier : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "TreeEnsembleClassifier";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        Dim? rows = RowsOf(context);
        context.SetOutput(0, ChosenLabels.TypeOf(Names(context.Node)), rows is null ? null : new Shape(rows.Value));
        context.SetOutput(1, DType.F32, rows is null ? null : new Shape(rows.Value, Labels(context.Node).Length));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (TreeForest forest, long[] labels) = Read(context.Node);
        (int rows, int features) = Matrix(x.Dims);
        forest.CheckFeatures(context.Node, features);
        (int scoredClass, bool areProbabilities) = Kind(forest);
        double[] values = Numbers(x);
        List<long> chosen = [];
        List<double> scores = [];
        for (int r = 0; r < rows; r++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            (double[] sums, bool[] given) = forest.Evaluate(values.AsSpan(r * features, features));
            (int index, double[] row) = ScoreReference.TreeClass(sums, given, forest.BaseValues, scoredClass, areProbabilities, forest.Transform);
            chosen.Add(labels.Length == 1 ? index : labels[index]);
            scores.AddRange(row);
        }

        Tensor[] outputs = [ChosenLabels.Evaluate(Names(context.Node), [.. chosen]), FloatTensors.FromDouble(context.Node, DType.F32, [.. scores], [rows, labels.Length])];
        return [.. outputs.Take(context.Node.Outputs.Count)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        (TreeForest forest, long[] labels) = Read(context.Node);
        (int rows, int features) = Matrix(context.InputDims(0));
        DType type = context.Input(0).DType == DType.F64 ? DType.F64 : DType.F32;
        long count = (long)rows * labels.Length;
        if (count == 0)
        {
            return;
        }

        Operand x = Converted(context, 0, type);
        Operand sums = context.Scratch(type, count)!;
        Operand given = TreeLowering.Join(context, forest, x, sums, rows, features);
        (int scoredClass, bool areProbabilities) = Kind(forest);
        string[] names = Names(context.Node);
        Operand? y = ChosenLabels.Memory(context, names, rows);
        context.Call(
            "Scores.TreeClasses", 0,
            ("sums", sums), ("given", given), ("baseValues", WeightsOf(context, type, forest.BaseValues)), ("labels", context.Weights(Tensor.Vector<long>(labels))),
            ("y", y), ("z", OutputOrScratch(context, 1, DType.F32, count)), ("rows", rows), ("classes", labels.Length),
            ("scoredClass", scoredClass), ("areProbabilities", areProbabilities), ("transform", forest.Transform));
        ChosenLabels.Complete(context, names, y);
    }

    private static long[] Labels(Node node) => ClassLabels(node, "classlabels_int64s", "classlabels_strings");

    // A single score has the labels 0 and 1, whatever the model's one label is called.
    private static string[] Names(Node node) => ClassNames(node, "classlabels_int64s", "classlabels_strings") is { Length: not 1 } names ? names : [];

    private static (int ScoredClass, bool AreProbabilities) Kind(TreeForest forest)
    {
        (int Target, double Value)[] entries = [.. forest.Leaves.SelectMany(l => l)];
        int[] targets = [.. entries.Select(e => e.Target).Distinct()];
        return (forest.Targets == 2 && targets.Length == 1 ? targets[0] : -1, entries.All(e => e.Value >= 0));
    }

    private static (TreeForest Forest, long[] Labels) Read(Node node)
    {
        long[] labels = Labels(node);
        TreeForest forest = TreeTables.Read(node, "class", labels.Length);
        bool fits = forest.BaseValues.Length == 0 || forest.BaseValues.Length == labels.Length || (forest.BaseValues.Length == 1 && Kind(forest).ScoredClass == 0);
        return fits ? (forest, labels) : throw NodeErrors.Invalid(node, $"base_values has {forest.BaseValues.Length} entries; {labels.Length} are needed.");
    }
}
