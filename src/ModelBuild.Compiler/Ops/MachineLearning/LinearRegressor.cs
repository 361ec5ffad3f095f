using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Weighted sums of features (ONNX ai.onnx.ml LinearRegressor 1).</summary>
public sealed class LinearRegressor : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "LinearRegressor";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        Dim? rows = RowsOf(context);
        context.SetOutput(0, DType.F32, rows is null ? null : new Shape(rows.Value, Targets(context.Node)));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        (int rows, int features) = Matrix(context.Input(0).Dims);
        double[][] scores = LinearReference.Scores(node, Numbers(context.Input(0), single: true), rows, features, Targets(node), Floats(node, "coefficients"), Floats(node, "intercepts"));
        ScoreTransform transform = Transform(node);
        return [FloatTensors.FromDouble(node, DType.F32, [.. scores.SelectMany(r => ScoreReference.Transform(r, transform))], [rows, Targets(node)])];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        (int rows, int features) = Matrix(context.InputDims(0));
        int targets = Targets(node);
        if (rows == 0)
        {
            return;
        }

        Operand y = context.Output();
        LinearLowering.Scores(context, Converted(context, 0, DType.F32), y, rows, features, targets, Floats(node, "coefficients"), Floats(node, "intercepts"));
        if (Transform(node) is var transform and not ScoreTransform.None)
        {
            context.Call("Scores.Transform", 0, ("y", y), ("rows", rows), ("columns", targets), ("transform", transform));
        }
    }

    private static int Targets(Node node) => node.Attributes.GetInt("targets", 1) is >= 1 and <= int.MaxValue and long targets
        ? (int)targets
        : throw NodeErrors.Invalid(node, $"targets is {node.Attributes.GetInt("targets", 1)}.");
}
