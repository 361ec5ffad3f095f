using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>A linear model that chooses a class (ONNX ai.onnx.ml LinearClassifier 1). One target with two classes gives the scores 1 - s and s, or those of the logistic function, as in ONNX Runtime; the standard leaves it open.</summary>
public sealed class LinearClassifier : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "LinearClassifier";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        Dim? rows = RowsOf(context);
        (_, int targets, int columns) = Describe(context.Node);
        if (columns > targets && Transform(context.Node) == ScoreTransform.Probit)
        {
            throw NodeErrors.Attribute(context.Node, "post_transform", "PROBIT", "It has no meaning for one target with two classes.");
        }

        context.SetOutput(0, ChosenLabels.TypeOf(Names(context.Node)), rows is null ? null : new Shape(rows.Value));
        context.SetOutput(1, DType.F32, rows is null ? null : new Shape(rows.Value, columns));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        (long[] labels, int targets, int columns) = Describe(node);
        (int rows, int features) = Matrix(context.Input(0).Dims);
        double[][] scores = LinearReference.Scores(node, Numbers(context.Input(0), single: true), rows, features, targets, Floats(node, "coefficients"), Floats(node, "intercepts"));
        ScoreTransform transform = Transform(node);
        long[] chosen = [.. scores.Select(r => labels[targets == 1 ? r[0] > 0 ? 1 : 0 : Array.IndexOf(r, r.Max())])];
        double[] results = [.. scores.SelectMany(r => columns > targets ? ScoreReference.Pair(r[0], 1 - r[0], transform) : ScoreReference.Transform(r, transform))];
        Tensor[] outputs = [ChosenLabels.Evaluate(Names(node), chosen), FloatTensors.FromDouble(node, DType.F32, results, [rows, columns])];
        return [.. outputs.Take(node.Outputs.Count)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        (long[] labels, int targets, int columns) = Describe(node);
        (int rows, int features) = Matrix(context.InputDims(0));
        if (rows == 0)
        {
            return;
        }

        Operand scores = context.Scratch(DType.F32, (long)rows * targets)!;
        LinearLowering.Scores(context, Converted(context, 0, DType.F32), scores, rows, features, targets, Floats(node, "coefficients"), Floats(node, "intercepts"));
        string[] names = Names(node);
        Operand? y = ChosenLabels.Memory(context, names, rows);
        context.Call(
            "Scores.LinearClasses", 0,
            ("scores", scores), ("labels", context.Weights(Tensor.Vector<long>(labels))), ("y", y),
            ("z", OutputOrScratch(context, 1, DType.F32, (long)rows * columns)), ("rows", rows), ("targets", targets), ("columns", columns), ("transform", Transform(node)));
        ChosenLabels.Complete(context, names, y);
    }

    // One target has the labels 0 and 1 where the model does not give two.
    private static (long[] Labels, int Targets, int Columns) Describe(Node node)
    {
        long[] labels = ClassLabels(node, "classlabels_ints", "classlabels_strings");
        int intercepts = Floats(node, "intercepts").Length;
        int targets = intercepts > 0 ? intercepts : labels.Length;
        if (targets == 1)
        {
            return labels.Length == 2 ? (labels, 1, 2) : ([0, 1], 1, 1);
        }

        return targets == labels.Length ? (labels, targets, targets) : throw NodeErrors.Invalid(node, $"has {targets} targets, but {labels.Length} labels.");
    }

    // A single score has the labels 0 and 1, whatever the model's one label is called.
    private static string[] Names(Node node) => ClassNames(node, "classlabels_ints", "classlabels_strings") is { Length: not 1 } names ? names : [];
}
