using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Quantization.Qdq;

/// <summary>
/// Writes dynamic int8 as standard ONNX: DynamicQuantizeLinear on the activation, MatMulInteger or ConvInteger with int8 weights per output channel, Cast, Mul by both scales, and Add of the
/// binary32 bias.
/// </summary>
public static class DynamicInteger
{
    /// <summary>Products of this many pairs of bytes always fit 32 bits.</summary>
    private const long MaxProducts = int.MaxValue / (255 * 127);

    /// <summary>
    /// True for a node that is written so. A depthwise convolution is not: its channels share one range that few of them fill, and it has too few products to gain from (it was measured to lose
    /// all accuracy).
    /// </summary>
    public static bool Takes(LinearNode linear)
    {
        Tensor w = linear.Weights;
        return linear.Node.Input(0).Type.Shape is { Rank: >= 2 } && !linear.IsDepthwise && w.Count / w.Dims[linear.Axis] <= MaxProducts;
    }

    /// <summary>Rewrites the nodes; readers of one activation share its quantised form.</summary>
    public static void Insert(Graph graph, IEnumerable<LinearNode> nodes)
    {
        Dictionary<Value, Node> quantized = [];
        foreach (LinearNode linear in nodes)
        {
            Value x = linear.Node.Input(0);
            if (!quantized.TryGetValue(x, out Node? quantize))
            {
                string[] outputs = [$"{x.Name}_quantized", $"{x.Name}_scale", $"{x.Name}_zero_point"];
                quantized[x] = quantize = graph.AddNode("", "DynamicQuantizeLinear", $"{x.Name}_quantized", [x], outputs);
            }

            Replace(graph, linear, quantize);
        }
    }

    private static void Replace(Graph graph, LinearNode linear, Node quantize)
    {
        Node node = linear.Node;
        bool isConv = node.OpType == "Conv";
        (Tensor weights, float[] scales) = WeightQuantizer.Quantize(node, linear.Weights, linear.Axis);
        if (!isConv && linear.Axis == 0)
        {
            weights = Transpose.Apply(weights, [1, 0]);
        }

        string name = node.Input(1).Name;
        Value w = graph.AddConstant($"{name}_quantized", weights);
        Value sums = graph.Add(isConv ? "ConvInteger" : "MatMulInteger", $"{node.Name}_integer", [quantize.Output, w, quantize.Outputs[2]], isConv ? node.Attributes.Clone() : null);
        Value real = graph.Add("Cast", $"{node.Name}_cast", [sums], new AttributeMap { { "to", (long)DType.F32 } });
        Value scale = graph.Add("Mul", $"{node.Name}_scale", [quantize.Outputs[1], graph.AddConstant($"{name}_scale", PerChannel(scales, scales.Length, weights.Rank))]);
        Value y = graph.Add("Mul", $"{node.Name}_scaled", [real, scale]);
        if (node.InputOrNull(2)?.Constant is { } bias)
        {
            y = graph.Add("Add", $"{node.Name}_biased", [y, graph.AddConstant(node.Input(2).Name, PerChannel(bias.Span<float>().ToArray(), scales.Length, weights.Rank))]);
        }

        graph.ReplaceUses(node.Output, y);
        graph.Remove(node);
    }

    /// <summary>One value per channel, with as many axes behind as the filters have.</summary>
    private static Tensor PerChannel(float[] values, int channels, int rank)
    {
        Tensor vector = Tensor.Vector<float>(values.Length == 1 ? [.. Enumerable.Repeat(values[0], channels)] : values);
        return rank > 2 ? vector.Reshape([channels, .. Enumerable.Repeat(1L, rank - 2)]) : vector;
    }
}
