using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>A strided part of a tensor (ONNX Slice 13).</summary>
public sealed class Slice : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Slice";

    private protected override int MinInputs => 3;

    private protected override int MaxInputs => 5;

    private protected override void Infer(InferenceContext context)
    {
        Shape? shape = context.Shape(0);
        if (shape is null)
        {
            context.SetOutput(0, context.Input(0).DType, null);
            return;
        }

        Tensor? starts = context.Constant(1);
        Tensor? ends = context.Constant(2);
        Tensor? axes = context.Constant(3);
        Tensor? steps = context.Constant(4);
        bool axesKnown = !context.HasInput(3) || axes is not null;
        bool known = starts is not null && ends is not null && axesKnown && (!context.HasInput(4) || steps is not null);
        if (known && shape.IsStatic)
        {
            context.SetOutput(0, context.Input(0).DType, Shape.Of(SliceRange.Resolve(context.Node, shape.ToArray(), starts!, ends!, axes, steps).Sizes));
            return;
        }

        Dim? count = context.Shape(1) is { Rank: 1 } s ? s[0] : null;
        Dim[] dims = [.. shape];
        if (!axesKnown || count is not { IsKnown: true })
        {
            Array.Fill(dims, Dim.Unknown);
        }
        else
        {
            int[] sliced = SliceRange.AxesOf(context.Node, shape.Rank, (int)count.Value.Value, axes);
            foreach (int axis in sliced)
            {
                dims[axis] = known ? Sliced(context.Node, shape, axis, Array.IndexOf(sliced, axis), starts!, ends!, steps) : Dim.Unknown;
            }
        }

        context.SetOutput(0, context.Input(0).DType, new Shape(dims));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        SliceRange range = SliceRange.Resolve(context.Node, x.Dims, context.Input(1), context.Input(2), context.InputOrNull(3), context.InputOrNull(4));
        int[] strides = StridedIndex.Dense(x.Dims);
        long start = 0;
        for (int axis = 0; axis < strides.Length; axis++)
        {
            start += range.Starts[axis] * strides[axis];
            strides[axis] = range.Sizes[axis] > 1 ? checked((int)(strides[axis] * range.Steps[axis])) : 0;
        }

        return [Elements.Gather(context, x, range.Sizes, start, strides)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireMovable(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        if (context.Constant(1) is not { } starts || context.Constant(2) is not { } ends || (node.InputOrNull(3) is not null && context.Constant(3) is null) || (node.InputOrNull(4) is not null && context.Constant(4) is null))
        {
            throw NodeErrors.Invalid(node, "starts, ends, axes and steps must be constants. Export the model with constant shapes, or set Runtime=\"onnxruntime\".");
        }

        SliceRange range = SliceRange.Resolve(node, dims, starts, ends, context.Constant(3), context.Constant(4));
        if (range.Sizes.AsSpan().SequenceEqual(dims) && range.Steps.All(s => s == 1))
        {
            context.Alias(0, 0);
        }
        else if (!range.Sizes.Contains(0))
        {
            context.Call(
                "Slice.Run",
                0,
                ("x", context.Input(0)),
                ("y", context.Output()),
                ("shape", Literals.Ints(node, dims)),
                ("starts", Literals.Ints(node, range.Starts)),
                ("steps", Literals.Ints(node, range.Steps)),
                ("outShape", Literals.Ints(node, range.Sizes)));
        }
    }

    // A dimension without a number keeps its symbol where the whole of it is taken.
    private static Dim Sliced(Node node, Shape shape, int axis, int index, Tensor starts, Tensor ends, Tensor? steps)
    {
        long start = Elements.Integers(node, 1, starts)[index];
        long end = Elements.Integers(node, 2, ends)[index];
        long step = steps is null ? 1 : Elements.Integers(node, 4, steps)[index];
        if (shape[axis].IsKnown)
        {
            return SliceRange.Resolve(node, [shape[axis].Value], Tensor.Vector(start), Tensor.Vector(end), null, Tensor.Vector(step)).Sizes[0];
        }

        return start == 0 && step == 1 && end >= int.MaxValue ? shape[axis] : Dim.Unknown;
    }
}
