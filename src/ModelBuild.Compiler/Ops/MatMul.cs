using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX MatMul-13: numpy.matmul, with broadcasting of leading dimensions.</summary>
public sealed class MatMul : Op
{
    /// <inheritdoc/>
    public override string OpType => "MatMul";

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 2);
        context.SetOutput(0, ElementTypes.Same(context.Node, context.Input(0).DType, context.Input(1).DType), context.Shape(0) is { } a && context.Shape(1) is { } b ? Result(context.Node, a, b) : null);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor a = context.Input(0);
        Tensor b = context.Input(1);
        long[] result = Result(context.Node, a.Type.Shape!, b.Type.Shape!).ToArray();
        long[] ad = a.Rank == 1 ? [1, a.Dims[0]] : a.Dims.ToArray();
        long[] bd = b.Rank == 1 ? [b.Dims[0], 1] : b.Dims.ToArray();
        long[] lead = Broadcasting.Combine(context.Node, Shape.Of(ad.AsSpan(0, ad.Length - 2)), Shape.Of(bd.AsSpan(0, bd.Length - 2)))!.ToArray();
        int[] ap = Broadcasting.Positions(ad.AsSpan(0, ad.Length - 2), lead);
        int[] bp = Broadcasting.Positions(bd.AsSpan(0, bd.Length - 2), lead);
        int m = (int)ad[^2];
        int k = (int)ad[^1];
        int n = (int)bd[^1];
        double[] av = a.ToDoubleArray();
        double[] bv = b.ToDoubleArray();
        double[] y = new double[ap.Length * m * n];
        for (int batch = 0; batch < ap.Length; batch++)
        {
            for (int i = 0; i < m; i++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                for (int j = 0; j < n; j++)
                {
                    double sum = 0;
                    for (int l = 0; l < k; l++)
                    {
                        sum += av[(((ap[batch] * m) + i) * k) + l] * bv[(((bp[batch] * k) + l) * n) + j];
                    }

                    y[(((batch * m) + i) * n) + j] = sum;
                }
            }
        }

        return [NumericTensors.FromDouble(context.Node, a.DType, y, result)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] a = Matrices(context.InputDims(0), isLeft: true);
        long[] b = Matrices(context.InputDims(1), isLeft: false);
        DType type = context.Input(0).DType;
        ElementTypes.RequireNumericKernel(context.Node, type);
        int m = (int)a[^2];
        int k = (int)a[^1];
        int n = (int)b[^1];
        if (context.Output().Count == 0 && !context.SizesVary)
        {
            return;
        }

        if (k == 0 && !context.SizesVary)
        {
            context.Call("Copy.Run", 0, ("x", context.Weights(new Tensor(type, context.OutputDims()))), ("y", context.Output()));
            return;
        }

        long[] lead = Broadcasting.Combine(context.Node, Shape.Of(a.AsSpan(0, a.Length - 2)), Shape.Of(b.AsSpan(0, b.Length - 2)))!.ToArray();
        int batch = Axes.Product(lead);
        (Operand left, int aBatch) = Repeated(context, context.Input(0), a, lead);
        (Operand right, int bBatch) = Repeated(context, context.Input(1), b, lead);
        if (type != DType.F32)
        {
            context.Call(
                "MatMul.Of", (long)batch * m * n * k, ("a", left), ("b", right), ("y", context.Output()), ("batch", batch), ("m", m), ("n", n), ("k", k),
                ("aBatchStride", aBatch == 1 ? 0 : m * k), ("bBatchStride", bBatch == 1 ? 0 : k * n));
            return;
        }

        Operand? scratch = context.Scratch(DType.F32, Kernels.MatMul.ScratchLength(n, k));
        context.Call(
            "MatMul.F32", (long)batch * m * n * k, ("a", left), ("b", right), ("y", context.Output()), ("scratch", scratch), ("batch", batch), ("m", m), ("n", n), ("k", k),
            ("aBatchStride", aBatch == 1 ? 0 : m * k), ("bBatchStride", bBatch == 1 ? 0 : k * n), ("transposeA", false), ("transposeB", false));
    }

    // A vector on the left is a row, one on the right a column.
    private static long[] Matrices(long[] dims, bool isLeft) => dims.Length > 1 ? dims : isLeft ? [1, dims[0]] : [dims[0], 1];

    // The kernel steps over one matrix for each product or over none: an operand that repeats along some leading axes only is written out.
    private static (Operand Operand, int Batch) Repeated(ILoweringContext context, Operand operand, long[] dims, long[] lead)
    {
        int own = Axes.Product(dims.AsSpan(0, dims.Length - 2));
        if (own == 1 || own == Axes.Product(lead))
        {
            return (operand, own);
        }

        long[] full = [.. lead, .. dims[^2..]];
        Operand? repeated = context.Scratch(operand.DType, Axes.Product(full)) ?? throw new InvalidOperationException("An empty product needs no operands.");
        context.Call("Slice.Expand", 0, ("x", operand), ("y", repeated), ("shape", Literals.Ints(context.Node, full)), ("xStrides", Broadcasting.Strides(dims, full)));
        return (repeated, Axes.Product(lead));
    }

    private static Shape Result(Node node, Shape a, Shape b)
    {
        if (a.Rank == 0 || b.Rank == 0)
        {
            throw NodeErrors.Shape(node, "scalars cannot be multiplied as matrices.");
        }

        Dim ka = a[a.Rank - 1];
        Dim kb = b[Math.Max(0, b.Rank - 2)];
        if (ka.IsKnown && kb.IsKnown && ka != kb)
        {
            throw NodeErrors.Shape(node, $"{a} and {b} cannot be multiplied.");
        }

        Shape lead = Broadcasting.Combine(node, new Shape(a.Take(a.Rank - 2)), new Shape(b.Take(b.Rank - 2)))!;
        return new Shape([.. lead, .. a.Rank > 1 ? [a[a.Rank - 2]] : Array.Empty<Dim>(), .. b.Rank > 1 ? [b[b.Rank - 1]] : Array.Empty<Dim>()]);
    }
}
