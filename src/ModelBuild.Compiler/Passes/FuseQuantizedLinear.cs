using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Conv, Gemm and MatMul between DequantizeLinear and QuantizeLinear become their integer forms; without a QuantizeLinear behind, the
/// output is binary32. What does not match (biases of other steps, weights scaled along another axis) stays as it is and is computed in float.
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
        bool transposed = node.Attributes.GetInt("transB", 0) != 0;
        if (QuantizedEdge.Match(node.Input(0)) is not { } x || QuantizedWeights.Match(node.Input(1), isConv || transposed ? 0 : 1) is not { Values.Rank: 2 or 3 or 4 } w || isConv != (w.Values.Rank > 2))
        {
            return false;
        }

        int channels = (int)w.Values.Dims[isConv || transposed ? 0 : 1];
        Tensor? bias = node.InputOrNull(2) is { } b ? Bias(b, channels) : null;
        bool fits = (node.InputOrNull(2) is null || (bias is not null && BiasFits(node.Input(2), x.Scale, w.Scales)))
            && node.Attributes.GetInt("transA", 0) == 0 && node.Attributes.GetFloat("alpha", 1) == 1 && node.Attributes.GetFloat("beta", 1) == 1;
        if (!fits)
        {
            return false;
        }

        QuantizedLinearAttributes attributes = new(x.Scale, x.ZeroPoint, w.Scales, 0, 0, 0, 255, Kernels.Activation.None, 0, 0) { WZeroPoints = w.ZeroPoints };
        Node? relu = QuantizedOutput.Activation(graph, node, out _, out _) is { OpType: "Relu" } r ? r : null;
        QuantizedOutput output = new(relu ?? node, 0, 0, 0, 255);
        if (QuantizedOutput.Match(graph, node) is { } found)
        {
            output = found;
            attributes = attributes with { YScale = output.Scale, YZeroPoint = output.ZeroPoint, YMin = output.Min, YMax = output.Max };
        }
        else if (relu is not null)
        {
            attributes = attributes with { Activation = Kernels.Activation.Relu };
        }

        int rank = w.Values.Rank;
        AttributeMap map = isConv ? NhwcImage.Attributes(node, rank) : [];
        attributes.Write(map);
        Value input = isConv ? NhwcImage.Enter(graph, node, x.Moved(graph), rank) : x.Moved(graph);
        Tensor weights = isConv ? NhwcImage.Filters(w.Values) : transposed ? Ops.Shapes.Transpose.Apply(w.Values, [1, 0]) : w.Values;
        List<Value?> inputs = [input, graph.AddConstant(node.Input(1).Name, weights)];
        if (bias is not null)
        {
            inputs.Add(graph.AddConstant(node.Input(2).Name, bias));
        }

        Node fused = graph.AddNode(FusedDomain.Name, isConv ? "QuantizedConv" : "QuantizedGemm", node.Name, inputs, [$"{node.Name}_result"], map);
        Value result = isConv ? NhwcImage.Leave(graph, node, fused.Output, rank) : fused.Output;
        output.Replace(graph, node, fused, result);
        return true;
    }

    private static Tensor? Bias(Value value, int channels) =>
        value.Producer is { OpType: "DequantizeLinear", Domain: "" } dq && dq.Input(0).Constant is { DType: DType.I32 } constant && constant.Count == channels && dq.Input(1).Constant is { DType: DType.F32 }
        && (dq.InputOrNull(2) is null || dq.Input(2).Constant?.ToInt64Array().All(z => z == 0) == true)
            ? constant
            : null;

    /// <summary>The bias must count in the steps of the products; ONNX Runtime's and our own quantiser write it so.</summary>
    private static bool BiasFits(Value bias, float xScale, float[] wScales)
    {
        float[] scales = bias.Producer!.Input(1).Constant!.Span<float>().ToArray();
        return Enumerable.Range(0, Math.Max(scales.Length, wScales.Length)).All(c =>
        {
            double wanted = (double)xScale * wScales[wScales.Length == 1 ? 0 : c];
            return Math.Abs(scales[scales.Length == 1 ? 0 : c] - wanted) <= 1e-5 * wanted;
        });
    }
}
