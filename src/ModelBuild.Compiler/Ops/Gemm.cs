using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX Gemm-13: alpha op(a) op(b) + beta c.</summary>
public sealed class Gemm : Op
{
    /// <inheritdoc/>
    public override string OpType => "Gemm";

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 3);
        _ = ElementTypes.Same(context.Node, context.Input(0).DType, context.Input(1).DType);
        if (context.Shape(0) is not { } a || context.Shape(1) is not { } b)
        {
            context.SetOutput(0, context.Input(0).DType, null);
            return;
        }

        Shape result = Result(context.Node, a, b);
        CheckAddend(context.Node, result, context.HasInput(2) ? context.Shape(2) : null);
        context.SetOutput(0, context.Input(0).DType, result);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor a = context.Input(0);
        Tensor b = context.Input(1);
        bool transA = context.Attributes.GetInt("transA", 0) != 0;
        bool transB = context.Attributes.GetInt("transB", 0) != 0;
        double alpha = context.Attributes.GetFloat("alpha", 1);
        double beta = context.Attributes.GetFloat("beta", 1);
        CheckAddend(context.Node, Result(context.Node, a.Type.Shape!, b.Type.Shape!), context.InputOrNull(2)?.Type.Shape);
        int m = (int)a.Dims[transA ? 1 : 0];
        int k = (int)a.Dims[transA ? 0 : 1];
        int n = (int)b.Dims[transB ? 0 : 1];
        double[] av = a.ToDoubleArray();
        double[] bv = b.ToDoubleArray();
        double[] c = context.InputOrNull(2)?.ToDoubleArray() ?? [0];
        int[] positions = context.InputOrNull(2) is { } ct ? Broadcasting.Positions(ct.Dims, [m, n]) : new int[m * n];
        double[] y = new double[m * n];
        for (int i = 0; i < m; i++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int l = 0; l < k; l++)
                {
                    sum += av[transA ? (l * m) + i : (i * k) + l] * bv[transB ? (j * k) + l : (l * n) + j];
                }

                y[(i * n) + j] = (alpha * sum) + (beta * c[positions[(i * n) + j]]);
            }
        }

        return [NumericTensors.FromDouble(context.Node, a.DType, y, [m, n])];
    }

    // The third input is repeated to the size of the product, never the other way.
    private static void CheckAddend(Node node, Shape result, Shape? c)
    {
        if (c is not null && (c.Rank > 2 || (Broadcasting.Combine(node, result, c) is { IsStatic: true } sum && result.IsStatic && !sum.Equals(result))))
        {
            throw NodeErrors.Shape(node, $"the addend {c} cannot be broadcast to {result}.");
        }
    }

    private static Shape Result(Node node, Shape a, Shape b)
    {
        if (a.Rank != 2 || b.Rank != 2)
        {
            throw NodeErrors.Shape(node, $"{a} and {b} must be matrices.");
        }

        bool transA = node.Attributes.GetInt("transA", 0) != 0;
        bool transB = node.Attributes.GetInt("transB", 0) != 0;
        Dim ka = a[transA ? 0 : 1];
        Dim kb = b[transB ? 1 : 0];
        return !ka.IsKnown || !kb.IsKnown || ka == kb ? new Shape(a[transA ? 1 : 0], b[transB ? 0 : 1]) : throw NodeErrors.Shape(node, $"{a} and {b} cannot be multiplied.");
    }
}
