using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>A new axis that is "on" at an index and "off" elsewhere (ONNX OneHot 11); an index outside of the depth gives no "on".</summary>
public sealed class OneHot : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "OneHot";

    private protected override int MinInputs => 3;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, ElementTypes.IsNumeric, "numbers");
        Shape? shape = null;
        if (context.Shape(0) is { } indices)
        {
            int axis = Axes.Normalize(context.Node, context.Attributes.GetInt("axis", -1), indices.Rank + 1);
            Dim depth = context.Constant(1) is { } constant ? DepthOf(context.Node, constant) : Dim.Unknown;
            shape = new Shape([.. indices.Take(axis), depth, .. indices.Skip(axis)]);
        }

        context.SetOutput(0, context.Input(2).DType, shape);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor indices = context.Input(0);
        Tensor values = context.Input(2);
        long depth = DepthOf(context.Node, context.Input(1));
        int axis = Axes.Normalize(context.Node, context.Attributes.GetInt("axis", -1), indices.Rank + 1);
        if (values.Count != 2)
        {
            throw NodeErrors.Shape(context.Node, $"values has {values.Count} elements; off and on are needed.");
        }

        Tensor y = Results.Allocate(context.Node, values.DType, [.. indices.Dims[..axis], depth, .. indices.Dims[axis..]]);
        int inner = Axes.Product(indices.Dims[axis..]);
        for (int i = 0; i < y.Count; i++)
        {
            Elements.Copy(values, 0, y, i);
        }

        double[] at = indices.ToDoubleArray();
        for (int i = 0; i < at.Length; i++)
        {
            double whole = Math.Truncate(at[i]);
            double index = whole < 0 ? whole + depth : whole;
            if (index >= 0 && index < depth)
            {
                Elements.Copy(values, 1, y, (((i / inner * depth) + (long)index) * inner) + (i % inner));
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [new(0, null)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        Operand values = context.Input(2);
        ElementTypes.RequireNumericKernel(node, context.Input(0).DType);
        ElementTypes.RequireMovable(node, values.DType);
        long[] indices = context.InputDims(0);
        int axis = Axes.Normalize(node, node.Attributes.GetInt("axis", -1), indices.Length + 1);
        if (context.Constant(1) is null)
        {
            ElementTypes.RequireNumericKernel(node, context.Input(1).DType);
            context.Count(0, "Counts.Depth", ("depth", context.Input(1)));
        }

        context.Call(
            "Scan.OneHot",
            0,
            ("indices", context.Input(0)),
            ("offValue", One(context, values, 0)),
            ("onValue", One(context, values, 1)),
            ("y", context.Output()),
            ("outer", Axes.Product(indices.AsSpan(0, axis))),
            ("depth", Literals.Int(node, context.OutputDims()[axis])),
            ("inner", Axes.Product(indices.AsSpan(axis))));
    }

    private static Operand One(ILoweringContext context, Operand values, int index)
    {
        if (context.Constant(2) is { } constant)
        {
            Tensor element = new(constant.DType, []);
            Elements.Copy(constant, index, element, 0);
            return context.Weights(element);
        }

        Operand scratch = context.Scratch(values.DType, 1)!;
        context.Call(
            "Slice.Run", 0, ("x", values), ("y", scratch), ("shape", (int[])[2]), ("starts", (int[])[index]), ("steps", (int[])[1]), ("outShape", (int[])[1]));
        return scratch;
    }

    private static long DepthOf(Node node, Tensor depth)
    {
        double value = depth.Count == 1 ? depth.ToDoubleArray()[0] : throw NodeErrors.Shape(node, $"depth has {depth.Count} elements; one is needed.");
        return value is >= 0 and <= int.MaxValue ? (long)value : throw NodeErrors.Invalid(node, "depth is negative or too large.");
    }
}
