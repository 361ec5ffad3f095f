using ModelBuild.Compiler.Ir;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>A support vector machine that gives a number, or the side of a boundary (ONNX ai.onnx.ml SVMRegressor 1).</summary>
public sealed class SvmRegressor : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "SVMRegressor";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        Dim? rows = RowsOf(context);
        if (Transform(context.Node) is var transform and not Kernels.ScoreTransform.None)
        {
            throw NodeErrors.Attribute(context.Node, "post_transform", transform.ToString(), "One score has nothing to be transformed with.");
        }

        context.SetOutput(0, DType.F32, rows is null ? null : new Shape(rows.Value, 1));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        (SupportVectorMachine machine, float[] coefficients, float[] rho, bool isOneClass) = Describe(node);
        (int rows, int features) = Matrix(context.Input(0).Dims);
        double[] values = Numbers(context.Input(0), single: true);
        if (machine.Count > 0)
        {
            machine.CheckFeatures(node, features);
            values = [.. Enumerable.Range(0, rows).SelectMany(r => machine.Compare(values.AsSpan(r * features, features)))];
            features = machine.Count;
        }

        double[] scores = [.. LinearReference.Scores(node, values, rows, features, 1, coefficients, rho).Select(r => r[0])];
        return [FloatTensors.FromDouble(node, DType.F32, isOneClass ? [.. scores.Select(s => s > 0 ? 1.0 : -1)] : scores, [rows, 1])];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        (SupportVectorMachine machine, float[] coefficients, float[] rho, bool isOneClass) = Describe(context.Node);
        (int rows, int features) = Matrix(context.InputDims(0));
        if (rows == 0)
        {
            return;
        }

        Operand x = Converted(context, 0, DType.F32);
        Operand y = context.Output();
        LinearLowering.Scores(context, machine.Count > 0 ? machine.Lower(context, x, rows, features) : x, y, rows, machine.Count > 0 ? machine.Count : features, 1, coefficients, rho);
        if (isOneClass)
        {
            context.Call("SupportVectors.Side", 0, ("y", y));
        }
    }

    private static (SupportVectorMachine Machine, float[] Coefficients, float[] Rho, bool IsOneClass) Describe(Node node) =>
        (SupportVectorMachine.Read(node, node.Attributes.GetInt("n_supports", 0)), Floats(node, "coefficients"), [.. Floats(node, "rho").Take(1)], node.Attributes.GetInt("one_class", 0) != 0);
}
