using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>A comparison of two elements of one type, with broadcasting.</summary>
internal abstract class ComparisonOp : CheckedOp
{
    /// <inheritdoc/>
    public override bool BroadcastsInputs => true;

    private protected sealed override int MinInputs => 2;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>True when bool operands are allowed.</summary>
    private protected virtual bool TakesBool => false;

    /// <summary>True when strings are allowed; they are compared for equality.</summary>
    private protected virtual bool TakesStrings => false;

    /// <summary>The comparison; false when an operand is NaN.</summary>
    private protected abstract bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T>;

    private protected sealed override void Infer(InferenceContext context)
    {
        DType type = ElementTypes.Same(context.Node, context.Input(0).DType, context.Input(1).DType);
        ElementTypes.Require(context.Node, 0, type, Takes, What);
        context.SetOutput(0, DType.Bool, Broadcasting.Combine(context.Node, context.Shape(0), context.Shape(1)));
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor a = context.Input(0);
        Tensor b = context.Input(1);
        DType type = ElementTypes.Same(context.Node, a.DType, b.DType);
        ElementTypes.Require(context.Node, 0, type, Takes, What);
        return [ElementTypes.Dispatch(context.Node, type == DType.Bool ? DType.U8 : DTypes.StorageOf(type), new Loop(this, context, a, b))];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        if (context.Input(0).DType == DType.String)
        {
            long[] dims = context.OutputDims();
            context.Call(
                "Strings.Equal", 0,
                ("a", context.Input(0)), ("b", context.Input(1)), ("y", context.Output()), ("shape", Literals.Ints(context.Node, dims)),
                ("aStrides", Broadcasting.Strides(context.InputDims(0), dims)), ("bStrides", Broadcasting.Strides(context.InputDims(1), dims)), ("strings", StepValue.Strings));
            return;
        }

        if (context.Input(0).DType != DType.Bool)
        {
            ElementTypes.RequireNumericKernel(context.Node, context.Input(0).DType);
        }

        BroadcastLowering.Call(
            context, "Compare", OpType, BroadcastLowering.Forms.Same, context.Input(0), context.InputDims(0), context.Input(1), context.InputDims(1), context.Output(), context.OutputDims());
    }

    private string What => TakesStrings ? "numbers, bool or strings" : TakesBool ? "numbers or bool" : "numbers";

    private bool Takes(DType type) => ElementTypes.IsNumeric(type) || (TakesBool && type == DType.Bool) || (TakesStrings && type == DType.String);

    private readonly record struct Loop(ComparisonOp Op, EvaluationContext Context, Tensor A, Tensor B) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            long[] dims = Broadcasting.Dims(Context.Node, A, B);
            Tensor y = Results.Allocate(Context.Node, DType.Bool, dims);
            StridedIndex index = new(dims, Broadcasting.Strides(A.Dims, dims), Broadcasting.Strides(B.Dims, dims));
            ReadOnlySpan<T> a = A.Span<T>();
            ReadOnlySpan<T> b = B.Span<T>();
            Span<bool> to = y.MutableSpan<bool>();
            for (int i = 0; i < to.Length; i++)
            {
                if ((i & 0xFFFF) == 0)
                {
                    Context.Cancellation.ThrowIfCancellationRequested();
                }

                to[i] = Op.Invoke(a[index.Offset(0)], b[index.Offset(1)]);
                index.MoveNext();
            }

            return y;
        }
    }
}
