using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>
/// ONNX BatchNormalization-15: (x - mean) / sqrt(var + epsilon) * scale + bias per channel. x [N,C,...]. Parameters that are computed, and training_mode, which takes mean and variance from x and
/// moves the given ones towards them, make it elementwise operators and reductions.
/// </summary>
public sealed class BatchNormalization : Op, IComposedOp
{
    /// <inheritdoc/>
    public bool ExpandsWhenOptimized => false;

    /// <inheritdoc/>
    public override string OpType => "BatchNormalization";

    /// <summary>The factor and summand of each channel when all parameters are constant, else null.</summary>
    public static (double[] Scale, double[] Shift)? Affine(Node node)
    {
        if (IsTraining(node) || Enumerable.Range(1, 4).Any(i => node.InputOrNull(i)?.Constant is null))
        {
            return null;
        }

        return Affine(node, i => node.Input(i).Constant!);
    }

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(5, 5);
        context.SetOutput(0, context.Input(0));
        if (IsTraining(context.Node))
        {
            context.SetOutput(1, context.Input(3));
            context.SetOutput(2, context.Input(4));
        }
        else if (context.Node.Outputs.Skip(1).Any(o => o is not null))
        {
            throw NodeErrors.Invalid(context.Node, "running mean and variance are outputs with training_mode=1 only.");
        }
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        if (IsTraining(context.Node))
        {
            return BatchStatistics.Evaluate(context);
        }

        Tensor x = context.Input(0);
        (double[] scale, double[] shift) = Affine(context.Node, context.Input);
        int inner = Axes.Product(x.Dims[2..]);
        double[] values = x.ToDoubleArray();
        for (int i = 0; i < values.Length; i++)
        {
            int c = i / inner % scale.Length;
            values[i] = (values[i] * scale[c]) + shift[c];
        }

        return [NumericTensors.FromDouble(context.Node, x.DType, values, x.Dims)];
    }

    /// <inheritdoc/>
    public bool CanExpand(Node node) => node.Input(0).Type is { Shape.Rank: > 1 } x && node.Input(1).Type.IsStatic
        && ((x.DType == DType.F32 && Affine(node) is null) || (x.DType == DType.F64 && !IsTraining(node)));

    /// <inheritdoc/>
    public void Expand(Graph graph, Node node)
    {
        if (IsTraining(node))
        {
            BatchStatistics.Expand(graph, node);
            return;
        }

        long[] channels = [node.Input(1).Type.Shape!.ElementCount, .. Enumerable.Repeat(1L, node.Input(0).Type.Shape!.Rank - 2)];
        Value dims = graph.AddConstant($"{node.Name}_channels", Tensor.Vector<long>(channels));
        DType type = node.Input(0).Type.DType;
        Value epsilon = graph.AddConstant("epsilon", FloatTensors.FromDouble(node, type, [node.Attributes.GetFloat("epsilon", 1e-5f)], []));
        Value variance = graph.Add("Add", $"{node.Name}_variance", [Parameter(4), epsilon]);
        Value factor = graph.Add("Div", $"{node.Name}_factor", [Parameter(1), graph.Add("Sqrt", $"{node.Name}_deviation", [variance])]);
        Value centred = graph.Add("Sub", $"{node.Name}_centred", [node.Input(0), Parameter(3)]);
        Value scaled = graph.Add("Mul", $"{node.Name}_scaled", [centred, factor]);
        graph.ReplaceUses(node.Output, graph.Add("Add", node.Name, [scaled, Parameter(2)]));
        graph.Remove(node);

        Value Parameter(int index) => graph.Add("Reshape", $"{node.Name}_{index}", [OfType(node.Input(index), type), dims]);

        Value OfType(Value value, DType wanted) => value.Type.DType == wanted ? value : graph.Add("Cast", $"{value.Name}_as_x", [value], new AttributeMap { { "to", (long)wanted } });
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireF32Kernel(context.Node, context.Input(0).DType);
        (double[] scale, double[] shift) = Affine(context.Node) ?? throw NodeErrors.Attribute(context.Node, "scale", "computed", "Only constant parameters have a kernel.");
        long[] dims = context.InputDims(0);
        context.AllowInPlace(0, 0);
        context.Call(
            "BatchNorm.NchwF32", 0, ("x", context.Input(0)), ("scale", context.Weights(Tensor.Vector<float>([.. scale.Select(v => (float)v)]))),
            ("shift", context.Weights(Tensor.Vector<float>([.. shift.Select(v => (float)v)]))), ("y", context.Output()),
            ("batch", (int)dims[0]), ("channels", (int)dims[1]), ("spatial", Axes.Product(dims.AsSpan(2))));
    }

    private static bool IsTraining(Node node) => node.Attributes.GetInt("training_mode", 0) != 0;

    private static (double[] Scale, double[] Shift) Affine(Node node, Func<int, Tensor> input)
    {
        double[] gamma = input(1).ToDoubleArray();
        double[] beta = input(2).ToDoubleArray();
        double[] mean = input(3).ToDoubleArray();
        double[] variance = input(4).ToDoubleArray();
        double epsilon = node.Attributes.GetFloat("epsilon", 1e-5f);
        if (beta.Length != gamma.Length || mean.Length != gamma.Length || variance.Length != gamma.Length)
        {
            throw NodeErrors.Shape(node, $"scale, bias, mean and variance have {gamma.Length}, {beta.Length}, {mean.Length} and {variance.Length} elements.");
        }

        double[] scale = [.. gamma.Select((g, i) => g / Math.Sqrt(variance[i] + epsilon))];
        return (scale, [.. beta.Select((b, i) => b - (mean[i] * scale[i]))]);
    }
}
