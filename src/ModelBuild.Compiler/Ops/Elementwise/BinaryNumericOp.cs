using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>A function of two elements of one numeric type, with broadcasting; the result has that type.</summary>
internal abstract class BinaryNumericOp : CheckedOp
{
    /// <inheritdoc/>
    public override bool BroadcastsInputs => true;

    private protected sealed override int MinInputs => 2;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>Forms of the kernel beside the broadcasting one.</summary>
    private protected abstract BroadcastLowering.Forms Forms { get; }

    /// <summary>Method of the kernel class Binary.</summary>
    private protected virtual string Kernel(AttributeMap attributes) => OpType;

    /// <summary>The function.</summary>
    /// <param name="attributes">The node's attributes.</param>
    private protected abstract T Invoke<T>(T a, T b, AttributeMap attributes)
        where T : unmanaged, INumber<T>;

    /// <summary>True for element types that the operator takes.</summary>
    private protected virtual bool Takes(DType type) => ElementTypes.IsNumeric(type);

    /// <summary>Refuses attribute values that the operator does not have.</summary>
    private protected virtual void CheckAttributes(Node node, DType type)
    {
    }

    /// <summary>Refuses shapes beyond broadcasting.</summary>
    private protected virtual void CheckShape(Node node, Shape? a, Shape? result)
    {
    }

    private protected sealed override void Infer(InferenceContext context)
    {
        DType type = ElementTypes.Same(context.Node, context.Input(0).DType, context.Input(1).DType);
        ElementTypes.Require(context.Node, 0, type, Takes, "elements of another type");
        CheckAttributes(context.Node, type);
        Shape? shape = Broadcasting.Combine(context.Node, context.Shape(0), context.Shape(1));
        CheckShape(context.Node, context.Shape(0), shape);
        context.SetOutput(0, type, shape);
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor a = context.Input(0);
        Tensor b = context.Input(1);
        DType type = ElementTypes.Same(context.Node, a.DType, b.DType);
        ElementTypes.Require(context.Node, 0, type, Takes, "elements of another type");
        CheckAttributes(context.Node, type);
        return [ElementTypes.Dispatch(context.Node, type, new Loop(this, context, a, b))];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireNumericKernel(context.Node, context.Input(0).DType);
        BroadcastLowering.AllowInPlace(context, 0, 1);
        BroadcastLowering.Call(
            context, "Binary", Kernel(context.Node.Attributes), Forms, context.Input(0), context.InputDims(0), context.Input(1), context.InputDims(1), context.Output(), context.OutputDims());
    }

    private readonly record struct Loop(BinaryNumericOp Op, EvaluationContext Context, Tensor A, Tensor B) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            long[] dims = Broadcasting.Dims(Context.Node, A, B);
            Op.CheckShape(Context.Node, Shape.Of(A.Dims), Shape.Of(dims));
            Tensor y = Results.Allocate(Context.Node, A.DType, dims);
            StridedIndex index = new(dims, Broadcasting.Strides(A.Dims, dims), Broadcasting.Strides(B.Dims, dims));
            ReadOnlySpan<T> a = A.Span<T>();
            ReadOnlySpan<T> b = B.Span<T>();
            Span<T> to = y.MutableSpan<T>();
            AttributeMap attributes = Context.Attributes;
            for (int i = 0; i < to.Length; i++)
            {
                if ((i & 0xFFFF) == 0)
                {
                    Context.Cancellation.ThrowIfCancellationRequested();
                }

                to[i] = Op.Invoke(a[index.Offset(0)], b[index.Offset(1)], attributes);
                index.MoveNext();
            }

            return y;
        }
    }
}
