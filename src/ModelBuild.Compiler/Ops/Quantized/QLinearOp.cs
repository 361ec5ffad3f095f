using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>
/// An operator on quantised tensors (QLinearConv, QLinearMatMul and those of com.microsoft): inputs are triples of tensor, scale and zero point, then scale and zero point of the output, then an int32 bias.
/// Before lowering it becomes DequantizeLinear, the plain operator and QuantizeLinear, whose fusions serve both ways of writing a quantised model.
/// </summary>
/// <param name="domain">Operator domain.</param>
/// <param name="opType">Operator name.</param>
/// <param name="inner">The plain operator.</param>
/// <param name="operands">Number of triples.</param>
public sealed class QLinearOp(string domain, string opType, Op inner, int operands) : Op, IComposedOp
{
    /// <inheritdoc/>
    public override string OpType => opType;

    /// <inheritdoc/>
    public override string? Limits => IsLinear ? "Scales are one, or one per output channel of the weights; beside a bias they are constants." : null;

    /// <inheritdoc/>
    public override string Domain => domain;

    /// <inheritdoc/>
    public bool ExpandsWhenOptimized => false;

    private bool IsConv => inner is Conv;

    private bool IsLinear => inner is Conv or MatMul;

    private int OutputScale => 3 * operands;

    private int Bias => OutputScale + 2;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(OutputScale + 1, Bias + (IsConv ? 1 : 0));
        DType type = context.HasInput(OutputScale + 1) ? context.Input(OutputScale + 1).DType : context.Input(0).DType;
        if (type is not (DType.U8 or DType.I8 or DType.Undefined))
        {
            throw NodeErrors.Type(context.Node, $"quantises to {type}; int8 and uint8 are supported.");
        }

        foreach (int operand in Enumerable.Range(0, operands))
        {
            if (context.Input(3 * operand).DType is not (DType.U8 or DType.I8 or DType.Undefined))
            {
                throw NodeErrors.Type(context.Node, $"reads {context.Input(3 * operand).DType}; int8 and uint8 are supported.");
            }
        }

        Node node = Inner(context.Node, [.. Enumerable.Range(0, operands).Select(i => new TensorType(DType.F32, context.Shape(3 * i)))]);
        inner.InferTypes(new InferenceContext(node));
        context.SetOutput(0, type, node.Output.Type.Shape);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Node node = Inner(context.Node, [.. Enumerable.Range(0, operands).Select(i => new TensorType(DType.F32, context.Input(3 * i).Type.Shape))]);
        QuantizationAxis[] axes = [.. Enumerable.Range(0, operands).Select(i => AxisOf(context, i))];
        List<Tensor?> inputs = [.. axes.Select((a, i) => Operand(context.Input(3 * i), a))];
        if (context.InputOrNull(Bias) is { } bias)
        {
            inputs.Add(Tensor.Create<double>(bias.ToDoubleArray(), bias.Dims));
        }

        Tensor y = inner.Evaluate(new EvaluationContext(node, inputs, context.Cancellation))[0];
        double[] values = y.ToDoubleArray();
        float scale = (float)context.Input(OutputScale).ToDoubleArray()[0];
        Tensor? zeroPoint = context.InputOrNull(OutputScale + 1);
        long zero = zeroPoint?.ToInt64Array()[0] ?? 0;
        DType type = (zeroPoint ?? context.Input(0)).DType;
        (int low, int high) = type == DType.I8 ? (-128, 127) : (0, 255);
        Tensor result = new(type, y.Dims);
        int inside = IsConv ? Axes.Product(y.Dims[2..]) : 1;
        for (int i = 0; i < values.Length; i++)
        {
            // Products of integers are exact; one factor then brings them to the output's steps. Other operators compute with real values.
            float[] w = axes[^1].Scales;
            float level = IsLinear
                ? unchecked((int)(long)values[i]) * (float)((double)axes[0].Scales[0] * w[w.Length == 1 ? 0 : i / inside % w.Length] / scale)
                : (float)values[i] / scale;
            result.MutableBytes()[i] = unchecked((byte)(int)Math.Clamp(MathF.Round(level, MidpointRounding.ToEven) + (double)zero, low, high));
        }

        return [result];
    }

    /// <inheritdoc/>
    public void Expand(Graph graph, Node node)
    {
        List<Value?> inputs = [];
        for (int i = 0; i < operands; i++)
        {
            AttributeMap attributes = new() { { "axis", IsConv ? 0L : -1L } };
            inputs.Add(graph.Add("DequantizeLinear", $"{node.Name}_{i}", [node.Input(3 * i), Scalar(graph, node, (3 * i) + 1), ZeroPoint(graph, node, i)], attributes));
        }

        if (node.InputOrNull(Bias) is { } bias)
        {
            inputs.Add(graph.Add("DequantizeLinear", $"{node.Name}_bias", [bias, BiasScale(graph, node)], new AttributeMap { { "axis", 0L } }));
        }

        Value y = graph.Add(inner.OpType, node.Name, inputs, InnerAttributes(node));
        AttributeMap output = new() { { "output_dtype", (long)node.Output.Type.DType } };
        Value quantized = graph.Add("QuantizeLinear", $"{node.Name}_quantized", [y, Scalar(graph, node, OutputScale), Scalar(graph, node, OutputScale + 1)], output);
        graph.ReplaceUses(node.Output, quantized);
        graph.Remove(node);
    }

    private static Tensor Operand(Tensor x, QuantizationAxis axis, bool scaled)
    {
        long[] values = x.ToInt64Array();
        double[] y = [.. values.Select((v, i) => (double)((scaled ? axis.Scales[axis.ChannelOf(i)] : 1f) * (v - axis.ZeroPoints[axis.ChannelOf(i)])))];
        return scaled ? Tensor.Create<float>([.. y.Select(v => (float)v)], x.Dims) : Tensor.Create<double>(y, x.Dims);
    }

    private static Value? Scalar(Graph graph, Node node, int index) =>
        node.InputOrNull(index) is { Constant: { Count: 1, Rank: > 0 } tensor } value ? graph.AddConstant(value.Name, tensor.Reshape()) : node.InputOrNull(index);

    /// <summary>QLinearConv allows one zero point beside scales per channel; DequantizeLinear does not.</summary>
    private static Value? ZeroPoint(Graph graph, Node node, int operand)
    {
        int index = (3 * operand) + 2;
        return node.Input(index - 1).Constant is { Count: > 1 and var count } && node.InputOrNull(index)?.Constant is { Count: 1 } zero
            ? graph.AddConstant(node.Input(index).Name, new Tensor(zero.DType, [count], [.. Enumerable.Repeat(zero.Bytes[0], count)]))
            : Scalar(graph, node, index);
    }

    private Tensor Operand(Tensor x, QuantizationAxis axis) => Operand(x, axis, scaled: !IsLinear);

    private Value BiasScale(Graph graph, Node node)
    {
        Tensor x = node.Input(1).Constant ?? throw NodeErrors.Attribute(node, "x_scale", "computed", "Only constant scales have a kernel; export a model with constant scales.");
        Tensor w = node.Input(4).Constant ?? throw NodeErrors.Attribute(node, "w_scale", "computed", "Only constant scales have a kernel; export a model with constant scales.");
        float[] scales = [.. w.Span<float>().ToArray().Select(s => x.Span<float>()[0] * s)];
        return graph.AddConstant($"{node.Name}_bias_scale", scales.Length == 1 ? Tensor.Scalar(scales[0]) : Tensor.Vector<float>(scales));
    }

    private QuantizationAxis AxisOf(EvaluationContext context, int operand)
    {
        Tensor x = context.Input(3 * operand);
        Tensor scale = context.Input((3 * operand) + 1);
        Tensor? zero = context.InputOrNull((3 * operand) + 2);
        float[] scales = [.. scale.ToDoubleArray().Select(s => (float)s)];
        int axis = IsConv ? 0 : x.Rank - 1;
        int[] zeros = zero is null ? new int[scales.Length] : [.. zero.ToInt64Array().Select(z => (int)z)];
        zeros = zeros.Length == 1 && scales.Length > 1 ? [.. Enumerable.Repeat(zeros[0], scales.Length)] : zeros;
        bool fits = scales.Length == zeros.Length && (scales.Length == 1 || (IsLinear && operand == 1 && x.Dims[axis] == scales.Length));
        return fits
            ? new QuantizationAxis(scales, zeros, 1, scales.Length == 1 ? int.MaxValue : Axes.Product(x.Dims[(axis + 1)..]))
            : throw NodeErrors.Attribute(context.Node, $"scale of input {3 * operand}", $"{scale}", "One scale, or one per output channel of the weights, is supported.");
    }

    private Node Inner(Node node, TensorType[] types)
    {
        Graph graph = new(node.Graph.Operators);
        Value[] inputs = [.. types.Select((t, i) => graph.AddInput($"x{i}", t))];
        return graph.AddNode("", inner.OpType, node.Name, inputs, ["y"], InnerAttributes(node));
    }

    private AttributeMap InnerAttributes(Node node)
    {
        AttributeMap attributes = node.Attributes.Clone();
        if (attributes.GetInt("channels_last", 0) != 0)
        {
            throw NodeErrors.Attribute(node, "channels_last", "1", "Export the model with channels first, or set Runtime=\"onnxruntime\".");
        }

        // Before opset 13 Softmax took every axis from the given one on as one; on the last axis that is the same.
        if (attributes.GetInt("opset", 13) < 13 && node.Input(0).Type.Shape is { } shape)
        {
            int axis = Axes.Normalize(node, attributes.GetInt("axis", 1), shape.Rank);
            attributes["axis"] = new IntAttribute(axis == shape.Rank - 1 ? axis : throw NodeErrors.Attribute(node, "axis", $"{axis}", "Only the last axis is supported before opset 13; export the model with opset 13 or later."));
        }

        attributes.Remove("channels_last");
        attributes.Remove("opset");
        return attributes;
    }
}
