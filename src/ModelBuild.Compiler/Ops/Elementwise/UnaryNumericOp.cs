using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>A function of one element of any numeric type.</summary>
internal abstract class UnaryNumericOp : CheckedOp
{
    private protected sealed override int MinInputs => 1;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>The function.</summary>
    private protected abstract T Invoke<T>(T x)
        where T : unmanaged, INumber<T>;

    /// <summary>True for element types that the operator takes.</summary>
    private protected virtual bool Takes(DType type) => ElementTypes.IsNumeric(type);

    private protected sealed override void Infer(InferenceContext context)
    {
        TensorType type = context.Input(0);
        ElementTypes.Require(context.Node, 0, type.DType, Takes, "numbers of another type");
        context.SetOutput(0, type);
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        return [ElementTypes.Dispatch(context.Node, x.DType, new Loop(this, context, x))];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireNumericKernel(context.Node, context.Input(0).DType);
        context.AllowInPlace(0, 0);
        Call(context, context.Input(0));
    }

    /// <summary>Appends the kernel call.</summary>
    private protected abstract void Call(ILoweringContext context, Operand x);

    private readonly record struct Loop(UnaryNumericOp Op, EvaluationContext Context, Tensor X) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Tensor y = Results.Allocate(Context.Node, X.DType, X.Dims);
            ReadOnlySpan<T> from = X.Span<T>();
            Span<T> to = y.MutableSpan<T>();
            for (int i = 0; i < to.Length; i++)
            {
                if ((i & 0xFFFF) == 0)
                {
                    Context.Cancellation.ThrowIfCancellationRequested();
                }

                to[i] = Op.Invoke(from[i]);
            }

            return y;
        }
    }
}
