using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Normalization;

/// <summary>ONNX LpNormalization-22: each run of elements along one axis divided by its norm of order 1 or 2; 0 where that is 0.</summary>
public sealed class LpNormalization : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "LpNormalization";

    private protected override int MinInputs => 1;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        OrderOf(context.Node);
        if (context.Shape(0) is { } x)
        {
            AxisOf(context.Node, x.Rank);
        }

        context.SetOutput(0, context.Input(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        int order = OrderOf(context.Node);
        (int outer, int length, int inner) = Axes.Split(x.Dims, AxisOf(context.Node, x.Rank));
        double[] values = x.ToDoubleArray();
        for (int run = 0; run < outer * inner; run++)
        {
            int first = (run / inner * length * inner) + (run % inner);
            int[] positions = [.. Enumerable.Range(0, length).Select(k => first + (k * inner))];
            double sum = positions.Sum(p => order == 1 ? Math.Abs(values[p]) : values[p] * values[p]);
            double norm = order == 1 ? sum : Math.Sqrt(sum);
            foreach (int position in positions)
            {
                values[position] = norm == 0 ? 0 : values[position] / norm;
            }
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, values, x.Dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireF32Kernel(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        (int outer, int length, int inner) = Axes.Split(dims, AxisOf(context.Node, dims.Length));
        context.Call("LayerNorm.LpF32", 0, ("x", context.Input(0)), ("y", context.Output()), ("outer", outer), ("axisLength", length), ("inner", inner), ("p", OrderOf(context.Node)));
    }

    private static int AxisOf(Node node, int rank) => Axes.Normalize(node, node.Attributes.GetInt("axis", -1), rank);

    private static int OrderOf(Node node) => node.Attributes.GetInt("p", 2) is 1 or 2
        ? (int)node.Attributes.GetInt("p", 2)
        : throw NodeErrors.Attribute(node, "p", $"{node.Attributes.GetInt("p", 2)}", "It must be 1 or 2.");
}
