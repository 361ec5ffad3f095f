using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Normalization;

/// <summary>ONNX MeanVarianceNormalization-13: mean 0 and variance 1 over the axes given, by default all but the channels.</summary>
public sealed class MeanVarianceNormalization : CheckedOp
{
    /// <summary>The operator's definition adds 1e-9 to the standard deviation; its square under the root differs from that by less than binary32 can hold.</summary>
    private const float Epsilon = 1e-18f;

    /// <inheritdoc/>
    public override string OpType => "MeanVarianceNormalization";

    private protected override int MinInputs => 1;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        if (context.Shape(0) is { } x)
        {
            Order(context.Node, x.Rank);
        }

        context.SetOutput(0, context.Input(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (int[] order, int kept) = Order(context.Node, x.Rank);
        Tensor sorted = Shapes.Transpose.Apply(x, order);
        double[] values = sorted.ToDoubleArray();
        int length = Axes.Product(sorted.Dims[kept..]);
        for (int start = 0; start < values.Length; start += length)
        {
            Span<double> row = values.AsSpan(start, length);
            double mean = row.ToArray().Average();
            double deviation = Math.Sqrt(row.ToArray().Average(v => (v - mean) * (v - mean)));
            foreach (ref double value in row)
            {
                value = (value - mean) / (deviation + 1e-9);
            }
        }

        return [Shapes.Transpose.Apply(FloatTensors.FromDouble(context.Node, x.DType, values, sorted.Dims), Inverse(order))];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireF32Kernel(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        (int[] order, int kept) = Order(context.Node, dims.Length);
        long[] sorted = [.. order.Select(a => dims[a])];
        int rows = Axes.Product(sorted.AsSpan(0, kept));
        int length = Axes.Product(sorted.AsSpan(kept));

        // Axes of length 1 may lie anywhere.
        int[] moved = [.. order.Where(a => dims[a] != 1)];
        bool isSorted = moved.SequenceEqual(moved.Order());
        Operand x = isSorted ? context.Input(0) : context.Scratch(DType.F32, Axes.Product(dims))!;
        Operand y = isSorted ? context.Output() : context.Scratch(DType.F32, Axes.Product(dims))!;
        if (!isSorted)
        {
            context.Call("Transpose.Run", 0, ("x", context.Input(0)), ("y", x), ("shape", Literals.Ints(context.Node, dims)), ("permutation", order));
        }

        context.Call("LayerNorm.F32", 0, ("x", x), ("scale", (Operand?)null), ("bias", (Operand?)null), ("y", y), ("rows", rows), ("length", length), ("epsilon", Epsilon));
        if (!isSorted)
        {
            context.Call("Transpose.Run", 0, ("x", y), ("y", context.Output()), ("shape", Literals.Ints(context.Node, sorted)), ("permutation", Inverse(order)));
        }
    }

    /// <summary>All axes with those that are normalised last, and how many are not.</summary>
    private static (int[] Order, int Kept) Order(Node node, int rank)
    {
        int[] axes = Axes.Normalize(node, node.Attributes.GetInts("axes") ?? [0, 2, 3], rank);
        return ([.. Enumerable.Range(0, rank).Except(axes), .. axes.Order()], rank - axes.Length);
    }

    private static int[] Inverse(int[] order) => [.. Enumerable.Range(0, order.Length).Select(a => Array.IndexOf(order, a))];
}
