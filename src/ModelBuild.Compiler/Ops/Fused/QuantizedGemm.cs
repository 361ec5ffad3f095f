using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>The integer form of Gemm and MatMul: x uint8 [m,k], w int8 [k,n] constant, bias int32 [n] in steps of x scale times w scale.</summary>
public sealed class QuantizedGemm : Op
{
    /// <inheritdoc/>
    public override string OpType => "QuantizedGemm";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        Shape w = context.Shape(1)!;
        Shape? x = context.Shape(0);
        DType type = QuantizedLinearAttributes.Of(context.Attributes).IsQuantizedOutput ? DType.U8 : DType.F32;
        context.SetOutput(0, type, x is null ? null : new Shape([.. x.Take(x.Rank - 1), w[1]]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        QuantizedLinearAttributes q = QuantizedLinearAttributes.Of(context.Attributes);
        ReadOnlySpan<byte> x = context.Input(0).Span<byte>();
        ReadOnlySpan<sbyte> w = context.Input(1).Span<sbyte>();
        ReadOnlySpan<int> bias = context.InputOrNull(2) is { } b ? b.Span<int>() : [];
        int k = (int)context.Input(1).Dims[0];
        int n = (int)context.Input(1).Dims[1];
        int m = x.Length / k;
        float[] scales = q.OutputScales(n);
        long[] dims = context.Input(0).Dims.ToArray();
        dims[^1] = n;
        Tensor y = new(q.IsQuantizedOutput ? DType.U8 : DType.F32, dims);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                int sum = bias.Length > 0 ? bias[j] : 0;
                for (int l = 0; l < k; l++)
                {
                    sum += (x[(i * k) + l] - q.XZeroPoint) * (w[(l * n) + j] - (q.WZeroPoints?[j] ?? 0));
                }

                if (q.IsQuantizedOutput)
                {
                    y.MutableSpan<byte>()[(i * n) + j] = q.ToByte(sum, scales[j]);
                }
                else
                {
                    y.MutableSpan<float>()[(i * n) + j] = ActivationReference.Apply(sum * scales[j], q.Activation, q.Alpha, q.Beta);
                }
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        QuantizedLinearAttributes q = QuantizedLinearAttributes.Of(context.Node.Attributes);
        Tensor w = context.Constant(1)!;
        int k = (int)w.Dims[0];
        int n = (int)w.Dims[1];
        int m = (int)(context.Input(0).Count / k);
        Tensor packed = new(DType.I8, [GemmU8S8Packing.PackedLength(n, k)]);
        GemmU8S8Packing.Pack(w.Span<sbyte>(), packed.MutableSpan<sbyte>(), n, k, transposed: false);
        int[] sums = new int[n];
        GemmU8S8Packing.ColumnSums(w.Span<sbyte>(), sums, n, k, transposed: false);
        int[] folded = new int[n];
        GemmU8S8Packing.FoldZeroPoint(context.Constant(2) is { } b ? b.Span<int>() : new int[n], sums, folded, q.XZeroPoint);
        Operand bias = context.Weights(Tensor.Vector<int>(folded));
        Operand scales = context.Weights(Tensor.Vector<float>(q.OutputScales(n)));
        Operand? zeros = q.WZeroPoints is { } z ? context.Weights(Tensor.Vector<int>(z)) : null;
        long macs = (long)m * n * k;
        if (q.IsQuantizedOutput)
        {
            context.Call(
                "GemmU8S8.ToU8", macs, ("x", context.Input(0)), ("w", context.Weights(packed)), ("bias", bias), ("scales", scales), ("weightZeroPoints", zeros), ("y", context.Output()),
                ("m", m), ("n", n), ("k", k), ("xZeroPoint", q.XZeroPoint), ("yZeroPoint", q.YZeroPoint), ("yMin", q.YMin), ("yMax", q.YMax));
        }
        else
        {
            context.Call(
                "GemmU8S8.ToF32", macs, ("x", context.Input(0)), ("w", context.Weights(packed)), ("bias", bias), ("scales", scales), ("floatBias", (Operand?)null), ("weightZeroPoints", zeros),
                ("y", context.Output()), ("m", m), ("n", n), ("k", k), ("xZeroPoint", q.XZeroPoint), ("activation", q.Activation), ("alpha", q.Alpha), ("beta", q.Beta));
        }
    }
}
