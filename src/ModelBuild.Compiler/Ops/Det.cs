using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX Det-22: the determinants of square matrices x [...,M,M].</summary>
public sealed class Det : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Det";

    private protected override int MinInputs => 1;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, DTypes.IsFloat, "floating-point numbers");
        Shape? x = context.Shape(0);
        if (x is not null && (x.Rank < 2 || (x[x.Rank - 1].IsKnown && x[x.Rank - 2].IsKnown && x[x.Rank - 1].Value != x[x.Rank - 2].Value)))
        {
            throw NodeErrors.Shape(context.Node, $"the operand {x} must hold square matrices.");
        }

        context.SetOutput(0, context.Input(0).DType, x is null ? null : new Shape(x.Take(x.Rank - 2)));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        int size = (int)x.Dims[^1];
        double[] values = x.ToDoubleArray();
        double[] y = new double[Axes.Product(x.Dims[..^2])];
        for (int n = 0; n < y.Length; n++)
        {
            y[n] = Determinant([.. Enumerable.Range(0, size).Select(row => values.AsSpan(((n * size) + row) * size, size).ToArray())]);
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, y, x.Dims[..^2])];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireF32Kernel(context.Node, context.Input(0).DType);
        int[] dims = Literals.Ints(context.Node, context.InputDims(0));
        context.Call(
            "Determinant.F32",
            0,
            ("x", context.Input(0)),
            ("y", context.Output()),
            ("scratch", context.Scratch(DType.F64, (long)dims[^1] * dims[^1])),
            ("batch", Axes.Product(context.OutputDims())),
            ("size", dims[^1]));
    }

    /// <summary>Rows are reduced one by one; the largest element of each column is its pivot.</summary>
    private static double Determinant(double[][] rows)
    {
        double product = 1;
        for (int column = 0; column < rows.Length; column++)
        {
            int pivot = Enumerable.Range(column, rows.Length - column).MaxBy(r => Math.Abs(rows[r][column]));
            if (pivot != column)
            {
                (rows[pivot], rows[column]) = (rows[column], rows[pivot]);
                product = -product;
            }

            double[] lead = rows[column];
            product *= lead[column];
            if (lead[column] == 0)
            {
                return 0;
            }

            for (int r = column + 1; r < rows.Length; r++)
            {
                double factor = rows[r][column] / lead[column];
                rows[r] = [.. rows[r].Select((v, i) => v - (factor * lead[i]))];
            }
        }

        return product;
    }
}
