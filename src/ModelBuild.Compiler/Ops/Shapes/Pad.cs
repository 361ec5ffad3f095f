using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Padding by a value, the edge, a mirror image or repetition; negative padding crops (ONNX Pad 21).</summary>
public sealed class Pad : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "Pad";

    /// <summary>True for a Pad that adds nothing but 0, or elements of its input: on quantised elements it adds the zero point.</summary>
    public static bool AddsZeros(Node node) =>
        node is { OpType: "Pad", Domain: "" }
        && (ModeOf(node) != Kernels.PadMode.Constant || node.InputOrNull(2) is null || (node.Input(2).Constant is { Count: 1, DType: DType.F32 } value && value.Span<float>()[0] == 0));

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 4;

    private protected override void Infer(InferenceContext context)
    {
        _ = ModeOf(context.Node);
        DType type = context.HasInput(2) ? ElementTypes.Same(context.Node, context.Input(0).DType, context.Input(2).DType) : context.Input(0).DType;
        Shape? shape = context.Shape(0);
        if (shape is not null)
        {
            shape = IsComputed(context.Node) ? Partly(context.Node, shape) : Padded(context.Node, shape);
        }

        context.SetOutput(0, type, shape);
    }

    private static Shape Padded(Node node, Shape shape)
    {
        (long[] before, long[] after) = Amounts(node, shape.Rank, RunTimeValues.Known(node, 1)!, RunTimeValues.Known(node, 3));
        return new Shape(shape.Select((dim, i) =>
        {
            long amount = checked(before[i] + after[i]);
            return amount == 0 ? dim : dim.IsKnown ? Size(node, dim.Value, amount) : amount > 0 ? dim + amount : Dim.Unknown;
        }));
    }

    private static bool IsComputed(Node node) => RunTimeValues.IsComputed(node, 1) || RunTimeValues.IsComputed(node, 3);

    // Axes that are known not to be padded stay.
    private static Shape Partly(Node node, Shape shape)
    {
        int[]? axes = RunTimeValues.Known(node, 3) is { } known ? Axes.Normalize(node, Elements.Integers(node, 3, known), shape.Rank) : null;
        return new Shape(shape.Select((dim, i) => axes?.Contains(i) == false ? dim : Dim.Unknown));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => IsComputed(node) ? RunTimeValues.Counted(Partly(node, node.Input(0).Type.Shape!), most: null) : null;

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        Tensor x = context.Input(0);
        Tensor? value = context.InputOrNull(2);
        Kernels.PadMode mode = ModeOf(node);
        (long[] before, long[] after) = Amounts(node, x.Rank, context.Input(1), context.InputOrNull(3));
        long[] dims = x.Dims.ToArray();
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = Size(node, dims[i], checked(before[i] + after[i]));
        }

        if (value is not null && (value.DType != x.DType || value.Count != 1))
        {
            throw NodeErrors.Invalid(node, $"the value {value.Type} must be one element of type {x.DType}.");
        }

        Tensor y = Results.Allocate(node, x.DType, dims);
        if (x.Count == 0 && y.Count > 0 && mode != Kernels.PadMode.Constant)
        {
            throw NodeErrors.Shape(node, "an empty tensor has no elements to pad with.");
        }

        int[] strides = StridedIndex.Dense(x.Dims);
        StridedIndex index = new(dims);
        for (int i = 0; i < y.Count; i++)
        {
            long source = 0;
            bool inside = true;
            for (int axis = 0; axis < dims.Length; axis++)
            {
                long at = Source(index.Axis(axis) - before[axis], x.Dims[axis], mode);
                inside &= at >= 0 && at < x.Dims[axis];
                source += at * strides[axis];
            }

            if (inside)
            {
                Elements.Copy(x, source, y, i);
            }
            else if (value is not null)
            {
                Elements.Copy(value, 0, y, i);
            }

            index.MoveNext();
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireMovable(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        if (IsComputed(node))
        {
            Operand pads = context.Input(1);
            Operand? axes = context.InputOrNull(3) is { } given ? CastLowering.Converted(context, given, pads.DType) : null;
            (string, StepValue)[] list = [("pads", pads), ("axes", axes), ("shape", Literals.Ints(node, dims))];
            RunTimeValues.Count(context, Partly(node, node.Input(0).Type.Shape!), "Extents.PaddedSize", list);
            context.Call("Extents.Pad", 0, [("x", context.Input(0)), ("value", context.InputOrNull(2)), ("y", context.Output()), ("mode", ModeOf(node)), .. list]);
            return;
        }

        (long[] before, _) = Amounts(node, dims.Length, RunTimeValues.Known(node, 1)!, RunTimeValues.Known(node, 3));
        context.Call(
            "Pad.Run",
            0,
            ("x", context.Input(0)),
            ("value", context.InputOrNull(2)),
            ("y", context.Output()),
            ("mode", ModeOf(node)),
            ("shape", Literals.Ints(node, dims)),
            ("before", Literals.Ints(node, before)),
            ("outShape", Literals.Ints(node, context.OutputDims())));
    }

    private static Kernels.PadMode ModeOf(Node node) => node.Attributes.GetString("mode", "constant") switch
    {
        "constant" => Kernels.PadMode.Constant,
        "reflect" => Kernels.PadMode.Reflect,
        "edge" => Kernels.PadMode.Edge,
        "wrap" => Kernels.PadMode.Wrap,
        string other => throw NodeErrors.Attribute(node, "mode", other, "It must be constant, reflect, edge or wrap."),
    };

    /// <summary>Elements before and after each axis; negative ones crop.</summary>
    internal static (long[] Before, long[] After) Amounts(Node node, int rank, Tensor pads, Tensor? axes)
    {
        long[] given = Elements.Integers(node, 1, pads);
        int[] padded = axes is null ? [.. Enumerable.Range(0, rank)] : Axes.Normalize(node, Elements.Integers(node, 3, axes), rank);
        if (given.Length != 2 * padded.Length)
        {
            throw NodeErrors.Invalid(node, $"{given.Length} pads do not fit {padded.Length} axes.");
        }

        long[] before = new long[rank];
        long[] after = new long[rank];
        for (int i = 0; i < padded.Length; i++)
        {
            before[padded[i]] = given[i];
            after[padded[i]] = given[i + padded.Length];
        }

        return (before, after);
    }

    private static long Size(Node node, long dim, long amount) => checked(dim + amount) is var size and >= 0
        ? size
        : throw NodeErrors.Shape(node, $"padding by {amount} leaves nothing of an axis of {dim}.");

    private static long Source(long index, long length, Kernels.PadMode mode)
    {
        switch (mode)
        {
            case Kernels.PadMode.Edge:
                return Math.Clamp(index, 0, length - 1);
            case Kernels.PadMode.Wrap:
                return ((index % length) + length) % length;
            case Kernels.PadMode.Reflect:
                if (length == 1)
                {
                    return 0;
                }

                long period = 2 * (length - 1);
                long phase = ((index % period) + period) % period;
                return phase < length ? phase : period - phase;
            default:
                return index;
        }
    }
}
