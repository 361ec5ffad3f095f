using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Two operands of one element type, broadcast, to a result of the same type.</summary>
/// <param name="opType">Operator and kernel name.</param>
/// <param name="onFloats">The function on real numbers.</param>
/// <param name="onIntegers">The function on integers, or null when there is none; a result is wrapped to the element type.</param>
/// <param name="commutes">True when the operands may be swapped.</param>
public sealed class BinaryOp(string opType, Func<double, double, double> onFloats, Func<long, long, long>? onIntegers, bool commutes) : Op
{
    /// <inheritdoc/>
    public override string OpType => opType;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 2);
        TensorType a = context.Input(0);
        TensorType b = context.Input(1);
        if (a.DType != DType.Undefined && b.DType != DType.Undefined && a.DType != b.DType && opType != "Pow")
        {
            throw NodeErrors.Type(context.Node, $"operands have the types {a.DType} and {b.DType}.");
        }

        context.SetOutput(0, a.DType, Broadcasting.Combine(context.Node, a.Shape, b.Shape));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor a = context.Input(0);
        Tensor b = context.Input(1);
        long[] dims = Broadcasting.Combine(context.Node, a.Type.Shape, b.Type.Shape)!.ToArray();
        int[] ap = Broadcasting.Positions(a.Dims, dims);
        int[] bp = Broadcasting.Positions(b.Dims, dims);
        if (DTypes.IsFloat(a.DType) || onIntegers is null)
        {
            double[] av = a.ToDoubleArray();
            double[] bv = b.ToDoubleArray();
            double[] y = new double[ap.Length];
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = onFloats(av[ap[i]], bv[bp[i]]);
            }

            return [NumericTensors.FromDouble(context.Node, a.DType, y, dims)];
        }

        long[] ai = a.ToInt64Array();
        long[] bi = b.ToInt64Array();
        long[] yi = new long[ap.Length];
        for (int i = 0; i < yi.Length; i++)
        {
            yi[i] = onIntegers(ai[ap[i]], bi[bp[i]]);
        }

        return [NumericTensors.FromInt64(context.Node, a.DType, yi, dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Operand a = context.Input(0);
        Operand b = context.Input(1);
        Operand y = context.Output();
        if (a.DType is not (DType.F32 or DType.F64 or DType.I32 or DType.I64) || a.DType != b.DType)
        {
            throw NodeErrors.Type(context.Node, $"works on {a.DType} and {b.DType}; binary32, binary64, int32 and int64 have kernels. Set Runtime=\"onnxruntime\" for others.");
        }

        if (a.Count == y.Count && b.Count == y.Count)
        {
            context.AllowInPlace(0, 0);
            context.Call($"Binary.{opType}", 0, ("a", a), ("b", b), ("y", y));
        }
        else if (b.Count == 1 && a.Count == y.Count)
        {
            context.AllowInPlace(0, 0);
            context.Call($"Binary.{opType}Scalar", 0, ("a", a), ("b", b), ("y", y));
        }
        else if (a.Count == 1 && b.Count == y.Count && commutes)
        {
            context.AllowInPlace(0, 1);
            context.Call($"Binary.{opType}Scalar", 0, ("a", b), ("b", a), ("y", y));
        }
        else
        {
            long[] dims = context.OutputDims();
            context.Call(
                $"Binary.{opType}Broadcast", 0, ("a", a), ("b", b), ("y", y), ("shape", dims.Select(d => (int)d).ToArray()),
                ("aStrides", Broadcasting.Strides(context.InputDims(0), dims)), ("bStrides", Broadcasting.Strides(context.InputDims(1), dims)));
        }
    }
}
