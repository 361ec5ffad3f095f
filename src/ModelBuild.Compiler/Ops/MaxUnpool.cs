using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>
/// ONNX MaxUnpool-22: puts each element where MaxPool found it, and 0 elsewhere. Indices count in a result of the size that the window, strides and pads give; output_shape
/// may be larger, with zeros at the end of each axis.
/// </summary>
public sealed class MaxUnpool : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "MaxUnpool";

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 3;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 1, context.Input(1).DType, t => t == DType.I64, "int64 elements");
        Shape? output = null;
        if (context.Shape(0) is { } x)
        {
            output = new Shape(x.Select((d, axis) => axis < 2 ? d : Dim.Unknown));
            if (x.IsStatic && (!context.HasInput(2) || context.Constant(2) is not null))
            {
                output = Shape.Of(Output(context.Node, x.ToArray(), context.Constant(2)));
            }
        }

        context.SetOutput(0, context.Input(0).DType, output);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        long[] indices = Elements.Integers(context.Node, 1, context.Input(1));
        if (indices.Length != x.Count)
        {
            throw NodeErrors.Shape(context.Node, $"{indices.Length} indices do not fit {x.Count} elements.");
        }

        long[] inferred = Inferred(context.Node, x.Dims.ToArray());
        long[] dims = Output(context.Node, x.Dims.ToArray(), context.InputOrNull(2));
        Tensor y = Results.Allocate(context.Node, x.DType, dims);
        int[] strides = StridedIndex.Dense(dims);
        long count = inferred.Aggregate(1L, (a, b) => checked(a * b));
        for (int i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= count)
            {
                throw NodeErrors.Invalid(context.Node, $"the index {indices[i]} lies outside of a result of {count} elements.");
            }

            long rest = indices[i];
            long target = 0;
            for (int axis = dims.Length - 1; axis >= 0; axis--)
            {
                target += rest % inferred[axis] * strides[axis];
                rest /= inferred[axis];
            }

            Elements.Copy(x, i, y, target);
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireMovable(node, context.Input(0).DType);
        long[] x = context.InputDims(0);
        long[] inferred = Inferred(node, x);
        for (int axis = 2; node.InputOrNull(2) is { Constant: null } && axis < x.Length; axis++)
        {
            context.Count(
                axis - 2, "UnpooledShape.Count", ("shape", context.Input(2)), ("batch", Literals.Int(node, x[0])), ("channels", Literals.Int(node, x[1])), ("axis", axis), ("least", Literals.Int(node, inferred[axis])));
        }

        context.Call(
            "MaxPoolIndices.Unpool",
            0,
            ("x", context.Input(0)),
            ("indices", context.Input(1)),
            ("y", context.Output()),
            ("planes", Axes.Product(x.AsSpan(0, 2))),
            ("inferred", Spatial(node, inferred)),
            ("output", Spatial(node, context.OutputDims())));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => node.InputOrNull(2) is { Constant: null } && node.Input(0).Type.Shape is { } x ? [.. x.Skip(2).Select(_ => new CountRange(0, null))] : null;

    private static int[] Spatial(Node node, long[] dims) => [.. Enumerable.Repeat(1, 5 - dims.Length), .. Literals.Ints(node, dims.AsSpan(2))];

    private static long[] Inferred(Node node, long[] x)
    {
        if (x.Length is < 3 or > 5)
        {
            throw NodeErrors.Shape(node, $"the input has {x.Length} dimensions; 3 to 5 are allowed.");
        }

        SpatialGeometry g = SpatialGeometry.Of(node, null, [.. x.Skip(2)]);
        int n = x.Length - 2;
        return [x[0], x[1], .. Enumerable.Range(0, n).Select(i => Math.Max(0, ((x[i + 2] - 1) * g.Strides[i]) + g.Kernel[i] - g.Pads[i] - g.Pads[i + n]))];
    }

    private static long[] Output(Node node, long[] x, Tensor? shape)
    {
        long[] inferred = Inferred(node, x);
        if (shape is null)
        {
            return inferred;
        }

        long[] wanted = Elements.Integers(node, 2, shape);
        bool fits = wanted.Length == x.Length && wanted.Zip(inferred).All(p => p.First >= p.Second) && wanted[0] == x[0] && wanted[1] == x[1];
        return fits ? wanted : throw NodeErrors.Shape(node, $"output_shape [{string.Join(',', wanted.Take(16))}] must be at least [{string.Join(',', inferred)}].");
    }
}
