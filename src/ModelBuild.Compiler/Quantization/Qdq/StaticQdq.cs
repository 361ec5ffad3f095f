using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization.Qdq;

/// <summary>Writes static int8 as standard ONNX: QuantizeLinear/DequantizeLinear pairs on activations, int8 weights and int32 biases behind DequantizeLinear.</summary>
public static class StaticQdq
{
    /// <summary>Inserts the pairs.</summary>
    /// <param name="parameters">Parameters of every quantised activation.</param>
    public static void Insert(Graph graph, IntegerRegion region, IReadOnlyDictionary<Value, QuantParams> parameters)
    {
        foreach ((Value value, QuantParams q) in parameters)
        {
            Value scale = graph.AddConstant($"{value.Name}_scale", Tensor.Scalar(q.Scale));
            Value zero = graph.AddConstant($"{value.Name}_zero_point", Tensor.Scalar(q.ZeroPoint));
            Node[] readers = [.. value.Consumers.Distinct()];
            Value quantized = graph.Add("QuantizeLinear", $"{value.Name}_quantized", [value, scale, zero]);
            Value real = graph.Add("DequantizeLinear", $"{value.Name}_dequantized", [quantized, scale, zero]);

            // Readers outside the region take the dequantised value as well, so that the producer needs to write bytes only.
            foreach (Node reader in readers)
            {
                for (int i = 0; i < reader.Inputs.Count; i++)
                {
                    if (reader.Inputs[i] == value)
                    {
                        reader.SetInput(i, real);
                    }
                }
            }
        }

        foreach (LinearNode linear in region.Linear)
        {
            QuantizeConstants(graph, linear, parameters);
        }
    }

    private static void QuantizeConstants(Graph graph, LinearNode linear, IReadOnlyDictionary<Value, QuantParams> parameters)
    {
        Node node = linear.Node;
        Value x = node.Input(0).Producer!.Input(0).Producer!.Input(0);
        QuantParams input = parameters[x];
        (Tensor weights, float[] scales) = WeightQuantizer.Quantize(node, linear.Weights, linear.Axis);
        float[] bias = node.InputOrNull(2)?.Constant?.Span<float>().ToArray() ?? [];
        if (bias.Length > 0)
        {
            AccumulatorBound.Widen(weights, linear, scales, bias, input);
            weights = WeightQuantizer.Quantize(linear.Weights, linear.Axis, scales);
        }

        string name = node.Input(1).Name;
        Value scale = graph.AddConstant($"{name}_scale", Tensor.Vector<float>(scales));
        Value quantized = graph.AddConstant($"{name}_quantized", weights);

        // All zeros, which is what an absent one means too; but ONNX Runtime has an integer Gemm only where it is written.
        Value zeros = graph.AddConstant($"{name}_zero_point", new Tensor(DType.I8, [scales.Length]));
        node.SetInput(1, graph.Add("DequantizeLinear", $"{node.Name}_weight", [quantized, scale, zeros], new AttributeMap { { "axis", linear.Axis } }));
        if (bias.Length == 0)
        {
            return;
        }

        float[] biasScales = [.. scales.Select(s => input.Scale * s)];
        int[] integers = [.. Enumerable.Range(0, scales.Length).Select(c => (int)Math.Round((double)bias[bias.Length == 1 ? 0 : c] / biasScales[c], MidpointRounding.ToEven))];
        string biasName = node.Input(2).Name;
        Value biasScale = graph.AddConstant($"{biasName}_scale", Tensor.Vector<float>(biasScales));
        Value biasQuantized = graph.AddConstant($"{biasName}_quantized", Tensor.Vector<int>(integers));
        node.SetInput(2, graph.Add("DequantizeLinear", $"{node.Name}_bias", [biasQuantized, biasScale], new AttributeMap { { "axis", 0L } }));
    }
}
