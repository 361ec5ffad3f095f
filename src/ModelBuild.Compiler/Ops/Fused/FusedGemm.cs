using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>x [...,k] times constant weights [k,n], plus bias [n] and a residual of the output's shape, with an activation.</summary>
public sealed class FusedGemm : Op
{
    /// <inheritdoc/>
    public override string OpType => "Gemm";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 4);
        Shape x = context.Shape(0)!;
        context.SetOutput(0, DType.F32, x.With(x.Rank - 1, context.Shape(1)![1]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Tensor w = context.Input(1);
        int k = (int)w.Dims[0];
        int n = (int)w.Dims[1];
        int m = x.Count / k;
        ReadOnlySpan<float> xs = x.Span<float>();
        ReadOnlySpan<float> ws = w.Span<float>();
        ReadOnlySpan<float> bias = context.InputOrNull(2) is { } b ? b.Span<float>() : [];
        ReadOnlySpan<float> residual = context.InputOrNull(3) is { } r ? r.Span<float>() : [];
        (Activation activation, float alpha, float beta) = ActivationReference.Of(context.Attributes);
        long[] dims = x.Dims.ToArray();
        dims[^1] = n;
        Tensor y = new(DType.F32, dims);
        Span<float> values = y.MutableSpan<float>();
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = (bias.IsEmpty ? 0 : bias[j]) + (residual.IsEmpty ? 0 : residual[(i * n) + j]);
                for (int l = 0; l < k; l++)
                {
                    sum += (double)xs[(i * k) + l] * ws[(l * n) + j];
                }

                values[(i * n) + j] = ActivationReference.Apply(sum, activation, alpha, beta);
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Tensor w = context.Constant(1)!;
        int k = (int)w.Dims[0];
        int n = (int)w.Dims[1];
        int m = (int)(context.Input(0).Count / k);
        (Activation activation, float alpha, float beta) = ActivationReference.Of(context.Node.Attributes);
        SparseProduct sparse = new(context.InputOrNull(2), context.InputOrNull(3), m, n, k, activation, alpha, beta);
        if (sparse.TryLower(context, w.Span<float>(), context.SizesVary ? 1 : m))
        {
            return;
        }

        Tensor packed = new(DType.F32, [GemmPacking.PackedLength(n, k)]);
        GemmPacking.Pack(w.Span<float>(), packed.MutableSpan<float>(), n, k, transposed: false);
        context.Call(
            "Gemm.F32", (long)m * n * k, ("x", context.Input(0)), ("w", context.Weights(packed)), ("bias", context.InputOrNull(2)), ("residual", context.InputOrNull(3)), ("y", context.Output()),
            ("m", m), ("n", n), ("k", k), ("activation", activation), ("alpha", alpha), ("beta", beta), ("isFinite", w.IsFinite()));
    }
}
