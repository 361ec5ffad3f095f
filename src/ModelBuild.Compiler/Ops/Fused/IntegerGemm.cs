using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>MatMulInteger with constant weights, x uint8 [...,k] and w int8 [k,n], and what scales its sums: see <see cref="IntegerLinear"/>.</summary>
public sealed class IntegerGemm : Op
{
    /// <inheritdoc/>
    public override string OpType => "IntegerGemm";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 5);
        Shape x = context.Shape(0)!;
        context.SetOutput(0, IntegerLinear.ResultType(context.Node), x.With(x.Rank - 1, context.Shape(1)![1]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        long zero = IntegerLinear.XZeroPoint(context);
        int[]? zeros = IntegerLinear.WeightZeroPoints(context.Attributes);
        int n = (int)context.Input(1).Dims[1];
        Tensor[] inputs = [IntegerLinear.Shifted(context.Input(0), _ => zero), IntegerLinear.Shifted(context.Input(1), i => zeros?[i % n] ?? 0)];
        return [IntegerLinear.Finish(context, new MatMul().Evaluate(new EvaluationContext(context.Node, inputs, context.Cancellation))[0], n)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Tensor w = context.Constant(1)!;
        int k = (int)w.Dims[0];
        int n = (int)w.Dims[1];
        int m = (int)(context.Input(0).Count / k);
        Tensor packed = new(DType.I8, [GemmU8S8Packing.PackedLength(n, k)]);
        GemmU8S8Packing.Pack(w.Span<sbyte>(), packed.MutableSpan<sbyte>(), n, k, transposed: false);
        int[] sums = new int[n];
        GemmU8S8Packing.ColumnSums(w.Span<sbyte>(), sums, n, k, transposed: false);
        IntegerLinear.Call(context, "GemmU8S8", (long)m * n * k, context.Weights(packed), sums, [], [("m", m), ("n", n), ("k", k)]);
    }
}
