using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>a to the power b; the result has the type of a (ONNX Pow 15). Integers wrap, and a negative integer exponent gives the truncated quotient.</summary>
internal sealed class Pow : CheckedOp
{
    private const BroadcastLowering.Forms Forms = BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar | BroadcastLowering.Forms.LeftScalar;

    /// <inheritdoc/>
    public override string OpType => "Pow";

    /// <inheritdoc/>
    public override bool BroadcastsInputs => true;

    private protected override int MinInputs => 2;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, ElementTypes.IsNumeric, "numbers");
        ElementTypes.Require(context.Node, 1, context.Input(1).DType, ElementTypes.IsNumeric, "numbers");
        context.SetOutput(0, context.Input(0).DType, Broadcasting.Combine(context.Node, context.Shape(0), context.Shape(1)));
    }

    private protected override Tensor[] Compute(EvaluationContext context) =>
        [ElementTypes.Dispatch(context.Node, context.Input(0).DType, new Loop(context, context.Input(0), context.Input(1)))];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Operand a = context.Input(0);
        Operand b = context.Input(1);
        ElementTypes.RequireNumericKernel(context.Node, a.DType);
        ElementTypes.RequireNumericKernel(context.Node, b.DType);
        if (context.Output().Count == 0 && !context.SizesVary)
        {
            return;
        }

        if (b.DType != a.DType)
        {
            if (!DTypes.IsFloat(a.DType) && DTypes.IsFloat(b.DType))
            {
                LowerInDouble(context, a, b);
                return;
            }

            Operand converted = context.Scratch(a.DType, b.Count) ?? b;
            if (converted != b)
            {
                context.Call("Cast.Run", 0, ("x", b), ("y", converted));
            }

            b = converted;
        }

        BroadcastLowering.AllowInPlace(context, 0);
        BroadcastLowering.Call(context, "Binary", "Pow", Forms, a, context.InputDims(0), b, context.InputDims(1), context.Output(), context.OutputDims());
    }

    // A power of an integer need not be one: it is computed in binary64 and cut.
    private static void LowerInDouble(ILoweringContext context, Operand a, Operand b)
    {
        Operand power = context.Scratch(DType.F64, context.Output().Count)!;
        BroadcastLowering.Call(
            context, "Binary", "Pow", Forms, CastLowering.Converted(context, a, DType.F64), context.InputDims(0), CastLowering.Converted(context, b, DType.F64), context.InputDims(1), power, context.OutputDims());
        context.Call("Cast.Run", 0, ("x", power), ("y", context.Output()));
    }

    private readonly record struct Loop(EvaluationContext Context, Tensor A, Tensor B) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            long[] dims = Broadcasting.Dims(Context.Node, A, B);
            Tensor y = Results.Allocate(Context.Node, A.DType, dims);
            StridedIndex index = new(dims, Broadcasting.Strides(A.Dims, dims), Broadcasting.Strides(B.Dims, dims));
            ReadOnlySpan<T> a = A.Span<T>();
            bool integers = IntegerMath.IsInteger<T>() && !DTypes.IsFloat(B.DType);
            double[] exponents = integers ? [] : B.ToDoubleArray();
            long[] integerExponents = integers ? B.ToInt64Array() : [];
            Span<T> to = y.MutableSpan<T>();
            for (int i = 0; i < to.Length; i++)
            {
                if ((i & 0xFFFF) == 0)
                {
                    Context.Cancellation.ThrowIfCancellationRequested();
                }

                T x = a[index.Offset(0)];
                to[i] = integers
                    ? T.CreateTruncating(IntegerMath.Power(long.CreateTruncating(x), integerExponents[index.Offset(1)]))
                    : T.CreateSaturating(Math.Pow(double.CreateTruncating(x), exponents[index.Offset(1)]));
                index.MoveNext();
            }

            return y;
        }
    }
}
