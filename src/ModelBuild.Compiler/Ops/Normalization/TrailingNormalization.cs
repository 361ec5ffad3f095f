using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Normalization;

/// <summary>Normalisation over the axes from <c>axis</c> on, then a scale and a bias that broadcast to those axes.</summary>
public abstract class TrailingNormalization : CheckedOp
{
    private protected sealed override int MinInputs => 2;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>True when the operator has the outputs Mean and InvStdDev.</summary>
    private protected virtual bool HasStatistics => false;

    /// <summary>Normalises runs of elements.</summary>
    private protected abstract void Normalize(Span<double> values, int length, double epsilon);

    /// <summary>Appends the kernel call. Scale and bias have one element per element of a row.</summary>
    private protected abstract void Call(ILoweringContext context, Operand scale, Operand? bias, int rows, int length, float epsilon);

    private protected sealed override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        if (node.Outputs.Count > (HasStatistics ? 3 : 1))
        {
            throw NodeErrors.Invalid(node, $"has {node.Outputs.Count} outputs; the operator makes {(HasStatistics ? 3 : 1)}.");
        }

        for (int i = 1; i < node.Inputs.Count; i++)
        {
            _ = ElementTypes.Same(node, context.Input(0).DType, context.HasInput(i) ? context.Input(i).DType : DType.Undefined);
        }

        if (context.Shape(0) is { } x)
        {
            int axis = AxisOf(node, x.Rank);
            for (int i = 1; i < node.Inputs.Count; i++)
            {
                CheckParameter(node, x, axis, context.HasInput(i) ? context.Shape(i) : null);
            }
        }

        context.SetOutput(0, context.Input(0));
        DType stash = (DType)node.Attributes.GetInt("stash_type", (long)DType.F32);
        if (stash != DType.F32 && (Wants(node, 1) || Wants(node, 2)))
        {
            throw NodeErrors.Attribute(node, "stash_type", $"{(long)stash}", "Mean and InvStdDev are computed as float32 only.");
        }

        Shape? statistics = context.Shape(0) is { } shape ? new Shape(shape.Select((d, i) => i < AxisOf(node, shape.Rank) ? d : new Dim(1))) : null;
        context.SetOutput(1, DType.F32, statistics);
        context.SetOutput(2, DType.F32, statistics);
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        int axis = AxisOf(context.Node, x.Rank);
        double[] values = x.ToDoubleArray();
        int length = Axes.Product(x.Dims[axis..]);
        Tensor[] statistics = HasStatistics ? RowStatistics.Of(values, [.. x.Dims[..axis], .. Enumerable.Repeat(1L, x.Rank - axis)], length, Epsilon(context.Node)) : [];
        Normalize(values, length, Epsilon(context.Node));
        double[] scale = Spread(context.Node, context.Input(1), x, axis);
        double[]? bias = context.InputOrNull(2) is { } b ? Spread(context.Node, b, x, axis) : null;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] * scale[i % scale.Length]) + (bias?[i % scale.Length] ?? 0);
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, values, x.Dims), .. statistics];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireF32Kernel(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        int axis = AxisOf(node, dims.Length);
        int length = Axes.Product(dims.AsSpan(axis));
        if (Axes.Product(dims) == 0)
        {
            return;
        }

        int rows = Axes.Product(dims.AsSpan(0, axis));
        if (Wants(node, 1) || Wants(node, 2))
        {
            Operand? mean = Wants(node, 1) ? context.Output(1) : null;
            Operand? inverseDeviation = Wants(node, 2) ? context.Output(2) : null;
            context.Call("LayerNorm.StatisticsF32", 0, ("x", context.Input(0)), ("mean", mean), ("inverseDeviation", inverseDeviation), ("rows", rows), ("length", length), ("epsilon", Epsilon(node)));
        }

        if (!Wants(node, 0))
        {
            return;
        }

        context.AllowInPlace(0, 0);
        Call(context, Parameter(context, 1, dims, axis, length)!, Parameter(context, 2, dims, axis, length), rows, length, Epsilon(node));
    }

    private static bool Wants(Node node, int output) => output < node.Outputs.Count && node.Outputs[output] is not null;

    private static float Epsilon(Node node) => node.Attributes.GetFloat("epsilon", 1e-5f);

    private static int AxisOf(Node node, int rank) => Axes.Normalize(node, node.Attributes.GetInt("axis", -1), rank);

    /// <summary>A parameter with one element per element of a row: as it is, or spread when the model is compiled.</summary>
    private static Operand? Parameter(ILoweringContext context, int index, long[] dims, int axis, int length)
    {
        if (context.InputOrNull(index) is not { } operand || operand.Count == length)
        {
            return context.InputOrNull(index);
        }

        Tensor constant = context.Constant(index) ?? throw NodeErrors.Shape(context.Node, $"input {index} must be constant or have {length} elements.");
        double[] spread = Spread(context.Node, constant, new Tensor(DType.Bool, dims), axis);
        return context.Weights(Tensor.Vector<float>([.. spread.Select(v => (float)v)]));
    }

    private static double[] Spread(Node node, Tensor parameter, Tensor x, int axis)
    {
        CheckParameter(node, x.Type.Shape!, axis, parameter.Type.Shape);
        long[] row = x.Dims[axis..].ToArray();
        long[] dims = [.. parameter.Dims.ToArray().Skip(Math.Max(0, parameter.Rank - row.Length))];
        int[] dense = StridedIndex.Dense(dims);
        int[] strides = new int[row.Length];
        for (int i = 0; i < dims.Length; i++)
        {
            strides[row.Length - dims.Length + i] = dims[i] == 1 ? 0 : dense[i];
        }

        double[] values = parameter.ToDoubleArray();
        double[] spread = new double[Axes.Product(row)];
        StridedIndex index = new(row, strides);
        for (int i = 0; i < spread.Length; i++, index.MoveNext())
        {
            spread[i] = values[index.Offset(0)];
        }

        return spread;
    }

    private static void CheckParameter(Node node, Shape x, int axis, Shape? parameter)
    {
        bool fits = parameter is null || (parameter.Rank <= x.Rank && parameter.Select((d, i) => (Dim: d, Axis: x.Rank - parameter.Rank + i)).All(p =>
            !p.Dim.IsKnown || p.Dim.Value == 1 || (p.Axis >= axis && (!x[p.Axis].IsKnown || x[p.Axis].Value == p.Dim.Value))));
        if (!fits)
        {
            throw NodeErrors.Shape(node, $"scale or bias {parameter} does not broadcast to the axes of {x} from {axis} on.");
        }
    }
}
