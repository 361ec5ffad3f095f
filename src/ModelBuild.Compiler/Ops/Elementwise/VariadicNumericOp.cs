using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>A function of one or more elements of one numeric type, applied from left to right, with broadcasting.</summary>
internal abstract class VariadicNumericOp : CheckedOp
{
    /// <inheritdoc/>
    public override bool BroadcastsInputs => true;

    private protected sealed override int MinInputs => 1;

    private protected sealed override int MaxInputs => int.MaxValue;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>Method of the kernel class Binary that combines two operands; it is commutative.</summary>
    private protected abstract string Kernel { get; }

    /// <summary>Combines the result so far with one more element.</summary>
    private protected abstract T Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T>;

    /// <summary>True when the combined value is divided by the number of inputs at the end.</summary>
    private protected virtual bool IsMean => false;

    /// <summary>True for element types that the operator takes.</summary>
    private protected virtual bool Takes(DType type) => ElementTypes.IsNumeric(type);

    private protected sealed override void Infer(InferenceContext context)
    {
        DType type = DType.Undefined;
        var shapes = new Shape?[context.Node.Inputs.Count];
        for (int i = 0; i < shapes.Length; i++)
        {
            type = ElementTypes.Same(context.Node, type, context.Input(i).DType);
            shapes[i] = context.Shape(i);
        }

        ElementTypes.Require(context.Node, 0, type, Takes, "elements of another type");
        context.SetOutput(0, type, Broadcasting.Combine(context.Node, shapes));
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor[] inputs = [.. Enumerable.Range(0, context.InputCount).Select(context.Input)];
        DType type = inputs.Aggregate(DType.Undefined, (t, x) => ElementTypes.Same(context.Node, t, x.DType));
        ElementTypes.Require(context.Node, 0, type, Takes, "elements of another type");
        return [ElementTypes.Dispatch(context.Node, type, new Loop(this, context, inputs))];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireNumericKernel(node, context.Input(0).DType);
        int count = node.Inputs.Count;
        if (count == 1)
        {
            context.Alias(0, 0);
            return;
        }

        // With more inputs the result may not lie over one of them: it is written before the third is read.
        if (count == 2)
        {
            BroadcastLowering.AllowInPlace(context, 0, 1);
        }

        Operand y = context.Output();
        long[] yDims = context.OutputDims();
        const BroadcastLowering.Forms Forms = BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar | BroadcastLowering.Forms.Commutative;
        BroadcastLowering.Call(context, "Binary", Kernel, Forms, context.Input(0), context.InputDims(0), context.Input(1), context.InputDims(1), y, yDims);
        for (int i = 2; i < count; i++)
        {
            BroadcastLowering.Call(context, "Binary", Kernel, Forms, y, yDims, context.Input(i), context.InputDims(i), y, yDims);
        }

        if (IsMean)
        {
            Tensor divisor = ElementTypes.Dispatch(node, y.DType, new Number(count));
            context.Call("Binary.DivScalar", 0, ("a", y), ("b", context.Weights(divisor)), ("y", y));
        }
    }

    private readonly record struct Number(int Value) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => Tensor.Scalar(T.CreateTruncating(Value));
    }

    private readonly record struct Loop(VariadicNumericOp Op, EvaluationContext Context, Tensor[] Inputs) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            long[] dims = Broadcasting.Dims(Context.Node, Inputs);
            Tensor y = Results.Allocate(Context.Node, Inputs[0].DType, dims);
            Span<T> to = y.MutableSpan<T>();
            for (int k = 0; k < Inputs.Length; k++)
            {
                ReadOnlySpan<T> from = Inputs[k].Span<T>();
                StridedIndex index = new(dims, Broadcasting.Strides(Inputs[k].Dims, dims));
                for (int i = 0; i < to.Length; i++)
                {
                    if ((i & 0xFFFF) == 0)
                    {
                        Context.Cancellation.ThrowIfCancellationRequested();
                    }

                    T value = from[index.Offset(0)];
                    to[i] = k == 0 ? value : Op.Invoke(to[i], value);
                    index.MoveNext();
                }
            }

            if (Op.IsMean)
            {
                T divisor = T.CreateTruncating(Inputs.Length);
                foreach (ref T value in to)
                {
                    value = IntegerMath.Divide(value, divisor);
                }
            }

            return y;
        }
    }
}
