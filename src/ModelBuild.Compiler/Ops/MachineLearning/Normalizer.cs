using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Divides each row by its norm; a row whose norm is 0 stays (ONNX ai.onnx.ml Normalizer 1).</summary>
public sealed class Normalizer : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "Normalizer";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        _ = RowsOf(context);
        _ = NormOf(context.Node);
        context.SetOutput(0, DType.F32, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (int rows, int features) = Matrix(x.Dims);
        RowNorm norm = NormOf(context.Node);
        double[] values = Numbers(x, single: true);
        for (int r = 0; r < rows && features > 0; r++)
        {
            Span<double> row = values.AsSpan(r * features, features);
            double[] copy = row.ToArray();
            double length = norm switch
            {
                RowNorm.Max => copy.Max(),
                RowNorm.L1 => copy.Sum(Math.Abs),
                _ => Math.Sqrt(copy.Sum(v => v * v)),
            };
            for (int f = 0; f < features && length != 0; f++)
            {
                row[f] /= length;
            }
        }

        return [FloatTensors.FromDouble(context.Node, DType.F32, values, x.Dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        (int rows, int features) = Matrix(context.InputDims(0));
        context.Call("Features.Normalize", 0, ("x", Converted(context, 0, DType.F32)), ("y", context.Output()), ("rows", rows), ("features", features), ("norm", NormOf(context.Node)));
    }

    private static RowNorm NormOf(Node node) => node.Attributes.GetString("norm", "MAX") switch
    {
        "MAX" => RowNorm.Max,
        "L1" => RowNorm.L1,
        "L2" => RowNorm.L2,
        string other => throw NodeErrors.Attribute(node, "norm", other, "ONNX has no such norm."),
    };
}
