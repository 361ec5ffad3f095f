using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization.Qdq;

/// <summary>Writes dynamic int8 as standard ONNX: DynamicQuantizeLinear, ConvInteger or MatMulInteger, Cast, Mul by the scales, Add of the bias.</summary>
public static class DynamicQuantization
{
    /// <summary>Rewrites one linear node.</summary>
    public static void Rewrite(Graph graph, LinearNode linear)
    {
        Node node = linear.Node;
        (Tensor weights, float[] scales) = WeightQuantizer.Quantize(node, linear.Weights, linear.Axis);
        int rank = node.OpType == "Conv" ? linear.Weights.Rank : 0;
        if (node.OpType == "Gemm" && linear.Axis == 0)
        {
            weights = Transpose(weights);
        }

        Node input = graph.AddNode("", "DynamicQuantizeLinear", $"{node.Name}_input", [node.Input(0)], [$"{node.Name}_quantized", $"{node.Name}_scale", $"{node.Name}_zero_point"]);
        Value w = graph.AddConstant($"{node.Input(1).Name}_quantized", weights);
        Value product = graph.Add(
            node.OpType == "Conv" ? "ConvInteger" : "MatMulInteger",
            $"{node.Name}_integer",
            [input.Outputs[0], w, input.Outputs[2]],
            node.OpType == "Conv" ? node.Attributes.Clone() : null);
        Value real = graph.Add("Cast", $"{node.Name}_float", [product], new AttributeMap { { "to", (long)DType.F32 } });
        Value weightScale = graph.AddConstant($"{node.Input(1).Name}_scale", PerChannel(scales, rank));
        Value scale = graph.Add("Mul", $"{node.Name}_scales", [input.Outputs[1], weightScale]);
        Value result = graph.Add("Mul", $"{node.Name}_scaled", [real, scale]);
        if (node.InputOrNull(2)?.Constant is { } bias)
        {
            Value b = graph.AddConstant($"{node.Input(2).Name}_shaped", PerChannel(bias.Span<float>().ToArray(), rank));
            result = graph.Add("Add", $"{node.Name}_biased", [result, b]);
        }

        graph.ReplaceUses(node.Output, result);
        graph.Remove(node);
    }

    private static Tensor PerChannel(float[] values, int rank)
    {
        long[] dims = rank == 0 ? [values.Length] : [1, values.Length, .. Enumerable.Repeat(1L, rank - 2)];
        return Tensor.Create<float>(values, dims);
    }

    private static Tensor Transpose(Tensor matrix)
    {
        int rows = (int)matrix.Dims[0];
        int columns = (int)matrix.Dims[1];
        Tensor transposed = new(DType.I8, [columns, rows]);
        ReadOnlySpan<sbyte> source = matrix.Span<sbyte>();
        Span<sbyte> target = transposed.MutableSpan<sbyte>();
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                target[(j * rows) + i] = source[(i * columns) + j];
            }
        }

        return transposed;
    }
}
