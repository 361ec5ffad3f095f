using ModelBuild.Compiler.Ir;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Puts the columns of its inputs side by side, each cut or filled with zeros to a width of its own (ONNX ai.onnx.ml FeatureVectorizer 1).</summary>
public sealed class FeatureVectorizer : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "FeatureVectorizer";

    private protected override int MaxInputs => int.MaxValue;

    private protected override void Infer(InferenceContext context)
    {
        Dim? rows = 1;
        for (int i = 0; i < context.Node.Inputs.Count; i++)
        {
            RequireNumbers(context, i);
            Dim? own = RowsOf(context, i);
            rows = i == 0 || rows is null ? own : rows;
            if (rows is { IsKnown: true } a && own is { IsKnown: true } b && a != b)
            {
                throw NodeErrors.Shape(context.Node, $"input 0 has {a} rows, input {i} has {b}.");
            }
        }

        context.SetOutput(0, DType.F32, rows is null ? null : new Shape(rows.Value, Widths(context.Node).Sum()));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        long[] widths = Widths(context.Node);
        int rows = Matrix(context.Input(0).Dims).Rows;
        List<double> values = [];
        double[][] inputs = [.. Enumerable.Range(0, widths.Length).Select(i => Numbers(context.Input(i), single: true))];
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < widths.Length; i++)
            {
                int features = Matrix(context.Input(i).Dims).Features;
                for (int f = 0; f < widths[i]; f++)
                {
                    values.Add(f < features ? inputs[i][(r * features) + f] : 0);
                }
            }
        }

        return [FloatTensors.FromDouble(context.Node, DType.F32, [.. values], [rows, widths.Sum()])];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] widths = Widths(context.Node);
        int width = Literals.Int(context.Node, widths.Sum());
        int offset = 0;
        for (int i = 0; i < widths.Length; i++)
        {
            (int rows, int features) = Matrix(context.InputDims(i));
            context.Call(
                "Features.Place", 0,
                ("x", context.Input(i)), ("y", context.Output()), ("rows", rows), ("features", features), ("offset", offset), ("length", (int)widths[i]), ("width", width));
            offset += (int)widths[i];
        }
    }

    private static long[] Widths(Node node)
    {
        long[] widths = Sized(node, "inputdimensions", Ints(node, "inputdimensions"), node.Inputs.Count);
        return widths.All(w => w is >= 0 and <= int.MaxValue) ? widths : throw NodeErrors.Invalid(node, "inputdimensions has a width that is no width.");
    }
}
