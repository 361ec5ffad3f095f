using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>A support vector machine that chooses a class by the pairs of classes it wins (ONNX ai.onnx.ml SVMClassifier 1). What the standard leaves open is decided as in ONNX Runtime.</summary>
public sealed class SvmClassifier : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "SVMClassifier";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        Dim? rows = RowsOf(context);
        context.SetOutput(0, ChosenLabels.TypeOf(Names(context.Node)), rows is null ? null : new Shape(rows.Value));
        context.SetOutput(1, DType.F32, rows is null ? null : new Shape(rows.Value, Model.Read(context.Node).Columns));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        Model model = Model.Read(node);
        (int rows, int features) = Matrix(context.Input(0).Dims);
        double[] values = Numbers(context.Input(0), single: true);
        long[] chosen = new long[rows];
        List<double> scores = [];
        for (int r = 0; r < rows; r++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<double> row = values.AsSpan(r * features, features);
            (chosen[r], double[] result) = model.Machine.Count > 0
                ? SvmReference.Classify(model, Compared(node, model, row))
                : SvmReference.ClassifyLinear(model, LinearReference.Scores(node, row.ToArray(), 1, features, model.Labels.Length, model.Coefficients, model.Rho[..1])[0]);
            scores.AddRange(result);
        }

        Tensor[] outputs = [ChosenLabels.Evaluate(Names(node), chosen), FloatTensors.FromDouble(node, DType.F32, [.. scores], [rows, model.Columns])];
        return [.. outputs.Take(node.Outputs.Count)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Model model = Model.Read(context.Node);
        (int rows, int features) = Matrix(context.InputDims(0));
        if (rows == 0)
        {
            return;
        }

        Operand x = Converted(context, 0, DType.F32);
        string[] names = Names(context.Node);
        Operand y = ChosenLabels.Memory(context, names, rows)!;
        Operand z = OutputOrScratch(context, 1, DType.F32, (long)rows * model.Columns)!;
        Operand labels = context.Weights(Tensor.Vector<long>(model.Labels));
        int classes = model.Labels.Length;
        if (model.Machine.Count == 0)
        {
            Operand scores = context.Scratch(DType.F32, (long)rows * classes)!;
            LinearLowering.Scores(context, x, scores, rows, features, classes, model.Coefficients, model.Rho[..1]);
            context.Call(
                "Scores.SvmClasses", 0,
                ("scores", scores), ("labels", labels), ("y", y), ("z", z), ("rows", rows), ("classes", classes), ("isPositive", model.IsPositive), ("transform", model.Transform));
            ChosenLabels.Complete(context, names, y);
            return;
        }

        Operand pairs = context.Scratch(DType.F32, (long)rows * model.Pairs)!;
        Operand compared = model.Machine.Lower(context, x, rows, features);
        context.Call(
            "SupportVectors.Pairs", (long)rows * model.Machine.Count * (classes - 1),
            ("compared", compared), ("coefficients", context.Weights(Tensor.Vector<float>(model.Coefficients))), ("offsets", context.Weights(Tensor.Vector<float>(model.Rho))),
            ("ends", context.Weights(Tensor.Vector<int>(model.Ends))), ("y", pairs), ("rows", rows), ("count", model.Machine.Count));
        bool hasProbabilities = model.ProbA.Length > 0;
        context.Call(
            "SupportVectors.Classes", 0,
            ("pairs", pairs), ("factors", hasProbabilities ? context.Weights(Tensor.Vector<float>(model.ProbA)) : null), ("offsets", hasProbabilities ? context.Weights(Tensor.Vector<float>(model.ProbB)) : null),
            ("labels", labels), ("work", hasProbabilities ? context.Scratch(DType.F32, (2L * classes * classes) + classes) : null), ("y", y), ("z", z), ("rows", rows), ("columns", model.Columns),
            ("transform", model.Transform));
        ChosenLabels.Complete(context, names, y);
    }

    private static string[] Names(Node node) => ClassNames(node, "classlabels_ints", "classlabels_strings");

    private static double[] Compared(Node node, Model model, ReadOnlySpan<double> row)
    {
        model.Machine.CheckFeatures(node, row.Length);
        return model.Machine.Compare(row);
    }

    /// <summary>The attributes.</summary>
    internal sealed record Model(SupportVectorMachine Machine, long[] Labels, int[] Ends, float[] Coefficients, float[] Rho, float[] ProbA, float[] ProbB, ScoreTransform Transform)
    {
        /// <summary>Number of pairs of classes.</summary>
        public int Pairs => Labels.Length * (Labels.Length - 1) / 2;

        /// <summary>Columns of the scores.</summary>
        public int Columns => Machine.Count == 0 || ProbA.Length > 0 || Labels.Length == 2 ? Labels.Length : Pairs;

        /// <summary>True when no coefficient is negative.</summary>
        public bool IsPositive => Coefficients.All(c => c >= 0);

        /// <summary>Reads them.</summary>
        public static Model Read(Node node)
        {
            long[] labels = ClassLabels(node, "classlabels_ints", "classlabels_strings");
            long[] counts = Ints(node, "vectors_per_class");
            long total = counts.Where(c => c > 0).Sum();
            long end = 0;
            int[] ends = [.. counts.Select(c => (int)(end += Math.Max(0, c)))];
            Model model = new(SupportVectorMachine.Read(node, total), labels, ends, Floats(node, "coefficients"), Floats(node, "rho"), Floats(node, "prob_a"), Floats(node, "prob_b"), MachineLearningAttributes.Transform(node));
            model.Check(node);
            return model;
        }

        private void Check(Node node)
        {
            Sized(node, "prob_b", ProbB, ProbA.Length);
            if (Machine.Count == 0)
            {
                _ = Rho.Length > 0 && ProbA.Length == 0 ? Rho : throw NodeErrors.Invalid(node, Rho.Length == 0 ? "rho is empty." : "has probabilities but no support vectors.");
                return;
            }

            if (Labels.Length < 2)
            {
                throw NodeErrors.Invalid(node, "has support vectors for one class only.");
            }

            Sized(node, "vectors_per_class", Ends, Labels.Length);
            Sized(node, "coefficients", Coefficients, checked((Labels.Length - 1) * Machine.Count));
            Sized(node, "rho", Rho, Pairs);
            if (ProbA.Length > 0)
            {
                Sized(node, "prob_a", ProbA, Pairs);
            }
        }
    }
}
