using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Transformers;

/// <summary>The encoder as ONNX Runtime's transformer optimiser writes it. Inputs are int32.</summary>
internal static class FusedEncoder
{
    private const string Domain = "com.microsoft";

    /// <summary>The same inputs and outputs as the primitive form, but for the type of the inputs.</summary>
    public static Graph Build(EncoderWeights weights)
    {
        Graph graph = new(Operators.Set, "encoder");
        graph.Opsets[Domain] = 1;
        TensorType type = new(DType.I32, new Shape(new Dim("batch"), new Dim("length")));
        Value ids = graph.AddInput("ids", type);
        Value segments = graph.AddInput("segments", type);
        Value mask = graph.AddInput("mask", type);
        AttributeMap epsilon = new() { { "epsilon", 1e-12f } };
        Value x = Add("EmbedLayerNormalization", "embedding", [ids, segments, Weight("words"), Weight("positions"), Weight("segments"), Weight("embedding.gamma"), Weight("embedding.beta")], new AttributeMap { { "epsilon", 1e-12f }, { "mask_index_type", 0L } });
        for (int layer = 0; layer < EncoderWeights.Layers; layer++)
        {
            Value projection = Joined(graph, weights, layer, "weight");
            Value bias = Joined(graph, weights, layer, "bias");
            Value attention = Add("Attention", $"{layer}.attention", [x, projection, bias, mask], new AttributeMap { { "num_heads", (long)EncoderWeights.Heads }, { "mask_filter_value", float.MinValue } });
            Value output = graph.Add("MatMul", $"{layer}.output", [attention, Weight($"{layer}.output.weight")]);
            x = Add(
                "SkipLayerNormalization", $"{layer}.skip", [output, x, Weight($"{layer}.attention.gamma"), Weight($"{layer}.attention.beta"), Weight($"{layer}.output.bias")], epsilon.Clone());
            Value inner = Add("BiasGelu", $"{layer}.gelu", [graph.Add("MatMul", $"{layer}.inner", [x, Weight($"{layer}.inner.weight")]), Weight($"{layer}.inner.bias")], []);
            Value outer = graph.Add("MatMul", $"{layer}.outer", [inner, Weight($"{layer}.outer.weight")]);
            x = Add("SkipLayerNormalization", $"{layer}.final", [outer, x, Weight($"{layer}.final.gamma"), Weight($"{layer}.final.beta"), Weight($"{layer}.outer.bias")], epsilon.Clone());
        }

        Value first = graph.Add("Gather", "first", [x, graph.AddConstant("zero", Tensor.Scalar(0L))], new AttributeMap { { "axis", 1L } });
        Value pooled = graph.Add("Gemm", "pooler", [first, Weight("pooler.weight"), Weight("pooler.bias")]);
        graph.AddOutput("tokens", x);
        graph.AddOutput("pooled", graph.Add("Tanh", "tanh", [pooled]));
        TypeInference.Run(graph);
        return graph;

        Value Weight(string name) => graph.AddConstant(name, weights[name]);

        Value Add(string opType, string name, IReadOnlyList<Value?> inputs, AttributeMap attributes) => graph.AddNode(Domain, opType, name, inputs, [name], attributes).Output;
    }

    /// <summary>The parameters of queries, keys and values side by side.</summary>
    private static Value Joined(Graph graph, EncoderWeights weights, int layer, string kind)
    {
        float[][] parts = [.. new[] { "query", "key", "value" }.Select(n => weights[$"{layer}.{n}.{kind}"].Span<float>().ToArray())];
        int rows = parts[0].Length / EncoderWeights.Hidden;
        float[] joined = [.. Enumerable.Range(0, rows).SelectMany(r => parts.SelectMany(p => p.Skip(r * EncoderWeights.Hidden).Take(EncoderWeights.Hidden)))];
        return graph.AddConstant($"{layer}.{kind}", kind == "bias" ? Tensor.Vector<float>(joined) : Tensor.Create<float>(joined, rows, 3L * EncoderWeights.Hidden));
    }
}
