using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Conv, Gemm and MatMul between DequantizeLinear and QuantizeLinear become their integer forms; without a QuantizeLinear behind, the
/// output is binary32. What does not match (int8 activations, weights with zero points) stays as it is and is computed in float.
/// </summary>
public sealed class FuseQuantizedLinear : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseQuantizedLinear);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Domain.Length == 0 && node.OpType is "Conv" or "Gemm" or "MatMul" && node.Outputs[0] is { } output && graph.IsUsed(output))
            {
                changed |= Fuse(graph, node);
            }
        }

        return changed;
    }

    private static bool Fuse(Graph graph, Node node)
    {
        bool isConv = node.OpType == "Conv";
        if (Activation(node.Input(0)) is not { } x || Constant(node.Input(1), DType.I8) is not { Rank: 2 or 4 } w || isConv != (w.Rank == 4))
        {
            return false;
        }

        float[] wScales = Scales(node.Input(1));
        Tensor? bias = node.InputOrNull(2) is { } b ? Constant(b, DType.I32) : null;
        bool transposed = node.Attributes.GetInt("transB", 0) != 0;
        int channels = (int)w.Dims[isConv || transposed ? 0 : 1];
        bool fits = (node.InputOrNull(2) is null || (bias is not null && bias.Count == channels && BiasFits(node.Input(2), x.Scale, wScales)))
            && (wScales.Length == 1 || wScales.Length == channels)
            && node.Attributes.GetInt("transA", 0) == 0 && node.Attributes.GetFloat("alpha", 1) == 1 && node.Attributes.GetFloat("beta", 1) == 1;
        if (!fits)
        {
            return false;
        }

        (Node last, QuantizedLinearAttributes attributes) = Output(graph, node, new QuantizedLinearAttributes(x.Scale, x.ZeroPoint, wScales, 0, 0, 0, 255, Kernels.Activation.None, 0, 0));
        AttributeMap map = isConv ? node.Attributes.Clone() : [];
        attributes.Write(map);
        Value input = isConv ? graph.Add("Transpose", $"{node.Name}_nhwc", [x.Value], new AttributeMap { { "perm", [0L, 2, 3, 1] } }) : x.Value;
        Tensor weights = !isConv && transposed ? Ops.Shapes.Transpose.Apply(w, [1, 0]) : w;
        List<Value?> inputs = [input, graph.AddConstant(node.Input(1).Name, weights)];
        if (bias is not null)
        {
            inputs.Add(graph.AddConstant(node.Input(2).Name, bias));
        }

        Node fused = graph.AddNode(FusedDomain.Name, isConv ? "QuantizedConv" : "QuantizedGemm", node.Name, inputs, [$"{node.Name}_result"], map);
        if (last != node)
        {
            fused.FusedFrom.Add(last.ToString());
        }

        Value result = isConv ? graph.Add("Transpose", $"{node.Name}_nchw", [fused.Output], new AttributeMap { { "perm", [0L, 3, 1, 2] } }) : fused.Output;
        graph.ReplaceUses(last.Output, result);
        for (Node? dead = last; dead is not null;)
        {
            Node? before = dead == node ? null : dead.Input(0).Producer;
            graph.Remove(dead);
            dead = before;
        }

        return true;
    }

    /// <summary>Takes in a Relu or Clip and the QuantizeLinear behind a node.</summary>
    private static (Node Last, QuantizedLinearAttributes Attributes) Output(Graph graph, Node node, QuantizedLinearAttributes attributes)
    {
        Node? activation = Only(graph, node);
        double low = double.NegativeInfinity;
        double high = double.PositiveInfinity;
        if (activation is { OpType: "Relu", Domain: "" })
        {
            low = 0;
        }
        else if (activation is { OpType: "Clip", Domain: "" } && Clip.Bounds(activation) is { } bounds)
        {
            (low, high) = bounds;
        }
        else
        {
            activation = null;
        }

        Node? quantize = Only(graph, activation ?? node);
        if (quantize is not { OpType: "QuantizeLinear", Domain: "" } || quantize.Input(1).Constant is not { Count: 1, DType: DType.F32 } scale || quantize.Output.Type.DType != DType.U8
            || (quantize.InputOrNull(2) is { } z && z.Constant is not { Count: 1 }))
        {
            return activation is { OpType: "Relu" } ? (activation, attributes with { Activation = Kernels.Activation.Relu }) : (node, attributes);
        }

        float yScale = scale.Span<float>()[0];
        int zero = (int)(quantize.InputOrNull(2)?.Constant!.ToInt64Array()[0] ?? 0);
        return (quantize, attributes with { YScale = yScale, YZeroPoint = zero, YMin = Level(low, yScale, zero), YMax = Level(high, yScale, zero) });
    }

    private static int Level(double bound, float scale, int zero) =>
        (int)Math.Clamp(double.IsInfinity(bound) ? bound : Math.Round((float)bound / scale, MidpointRounding.ToEven) + zero, 0, 255);

    private static Node? Only(Graph graph, Node node) => node.Output.Consumers.Count == 1 && !graph.IsOutput(node.Output) ? node.Output.Consumers[0] : null;

    private static (Value Value, float Scale, int ZeroPoint)? Activation(Value value)
    {
        bool matches = value.Producer is { OpType: "DequantizeLinear", Domain: "" } dq && dq.Input(0) is { IsConstant: false, Type.DType: DType.U8 } && dq.Input(1).Constant is { Count: 1, DType: DType.F32 }
            && dq.InputOrNull(2) is null or { Constant.Count: 1 };
        if (!matches)
        {
            return null;
        }

        Node node = value.Producer!;
        return (node.Input(0), node.Input(1).Constant!.Span<float>()[0], (int)(node.InputOrNull(2)?.Constant!.ToInt64Array()[0] ?? 0));
    }

    private static Tensor? Constant(Value value, DType type) =>
        value.Producer is { OpType: "DequantizeLinear", Domain: "" } dq && dq.Input(0).Constant is { } constant && constant.DType == type && dq.Input(1).Constant is { DType: DType.F32 }
        && (dq.InputOrNull(2) is null || dq.Input(2).Constant?.ToInt64Array().All(z => z == 0) == true)
            ? constant
            : null;

    private static float[] Scales(Value value) => value.Producer!.Input(1).Constant!.Span<float>().ToArray();

    /// <summary>The bias must count in the steps of the products; ONNX Runtime's and our own quantiser write it so.</summary>
    private static bool BiasFits(Value bias, float xScale, float[] wScales)
    {
        float[] scales = Scales(bias);
        return Enumerable.Range(0, Math.Max(scales.Length, wScales.Length)).All(c =>
        {
            double wanted = (double)xScale * wScales[wScales.Length == 1 ? 0 : c];
            return Math.Abs(scales[scales.Length == 1 ? 0 : c] - wanted) <= 1e-5 * wanted;
        });
    }
}
