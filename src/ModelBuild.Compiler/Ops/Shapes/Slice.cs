using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>A strided part of a tensor (ONNX Slice 13).</summary>
public sealed class Slice : CheckedOp, ICountedOp
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

        foreach (int input in new[] { 1, 2, 3, 4 }.Where(context.HasInput))
        {
            ElementTypes.RequireIndex(context.Node, input, context.Input(input).DType);
        }

        Tensor? starts = context.Constant(1);
        Tensor? ends = context.Constant(2);
        Tensor? axes = context.Constant(3);
        Tensor? steps = context.Constant(4);
        bool known = IsKnown(context.Node);
        if (known && shape.IsStatic)
        {
            context.SetOutput(0, context.Input(0).DType, Shape.Of(SliceRange.Resolve(context.Node, shape.ToArray(), starts!, ends!, axes, steps).Sizes));
            return;
        }

        Dim[] dims = [.. shape];
        if (AxesOf(context.Node, shape.Rank) is { } sliced)
        {
            foreach (int axis in sliced)
            {
                dims[axis] = known ? Sliced(context.Node, shape, axis, Array.IndexOf(sliced, axis), starts!, ends!, steps) : Dim.Unknown;
            }
        }
        else
        {
            Array.Fill(dims, Dim.Unknown);
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

    /// <summary>
    /// False where a slice that keeps everything must stay a slice all the same: sizes are counted, and one of at most so many elements keeps all of a few and not of more.
    /// </summary>
    internal static bool MayKeepAll(Node node) =>
        node.Graph.SizeDependence is not { Counts.Count: > 0 } || (node.Input(1).Constant?.ToInt64Array().All(s => s == 0) == true && node.Input(2).Constant?.ToInt64Array().All(e => e >= int.MaxValue) == true);

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireMovable(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        if (!IsKnown(node))
        {
            LowerCounted(context, dims);
            return;
        }

        SliceRange range = SliceRange.Resolve(node, dims, context.Constant(1)!, context.Constant(2)!, context.Constant(3), context.Constant(4));
        if (range.Sizes.AsSpan().SequenceEqual(dims) && range.Steps.All(s => s == 1) && MayKeepAll(node))
        {
            context.Alias(0, 0);
        }
        else if (!range.Sizes.Contains(0) || context.SizesVary)
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

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) =>
        node.Input(0).Type.Shape is { } shape ? [.. Open(node, shape.Rank).Select(axis => new CountRange(0, shape[axis].Value))] : null;

    /// <inheritdoc/>
    public int CountOf(Node node, int output, int axis, int ordinal) => Array.IndexOf(Open(node, node.Input(0).Type.Shape!.Rank), axis);

    // The bounds are read in the call: one size is counted for every axis that they may cut.
    private static void LowerCounted(ILoweringContext context, long[] dims)
    {
        Node node = context.Node;
        foreach (int input in new[] { 2, 3, 4 })
        {
            ElementTypes.Same(node, node.Input(1).Type.DType, node.InputOrNull(input)?.Type.DType ?? DType.Undefined);
        }

        (string, StepValue)[] bounds =
        [
            ("starts", context.Input(1)), ("ends", context.Input(2)), ("axes", context.InputOrNull(3)), ("steps", context.InputOrNull(4)), ("shape", Literals.Ints(node, dims)),
        ];
        foreach ((int size, int axis) in Open(node, dims.Length).Index())
        {
            context.Count(size, "BoundedSlice.Count", [.. bounds, ("axis", axis)]);
        }

        context.Call("BoundedSlice.Run", 0, [("x", context.Input(0)), ("y", context.Output()), .. bounds, ("outShape", Literals.Ints(node, context.OutputDims()))]);
    }

    private static bool IsKnown(Node node) =>
        node.Input(1).Constant is not null && node.Input(2).Constant is not null && node.InputOrNull(3) is null or { Constant: not null } && node.InputOrNull(4) is null or { Constant: not null };

    /// <summary>The axes that are sliced, or null where they are not known.</summary>
    private static int[]? AxesOf(Node node, int rank) => node.InputOrNull(3) is null or { Constant: not null } && node.Input(1).Type.Shape is { Rank: 1 } starts && starts[0].IsKnown
        ? SliceRange.AxesOf(node, rank, checked((int)starts[0].Value), node.InputOrNull(3)?.Constant)
        : null;

    /// <summary>The axes whose sizes are counted where the bounds are not all constant.</summary>
    private static int[] Open(Node node, int rank) => IsKnown(node) ? [] : AxesOf(node, rank) ?? [.. Enumerable.Range(0, rank)];

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
