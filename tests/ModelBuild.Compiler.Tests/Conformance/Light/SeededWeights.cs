using System.Runtime.InteropServices;
using Google.Protobuf;
using ModelBuild.Compiler.Import.Onnx.Wire;

namespace ModelBuild.Compiler.Tests.Conformance.Light;

/// <summary>
/// A light model with numbers drawn from a seed in place of its constants, and with the operand of a last Softmax as one more output: a network whose weights are all equal computes the same in every
/// channel, so that exchanged channels go unseen, and probabilities hide what logits show. Dense layers but the last are narrowed: three of the networks have hundreds of megabytes in them.
/// </summary>
internal static class SeededWeights
{
    private const long MostDense = 64;

    /// <summary>The model with other weights.</summary>
    public static byte[] Draw(byte[] bytes, int seed)
    {
        Random random = new(seed);
        ModelProto model = ModelProto.Parser.ParseFrom(bytes);
        GraphProto graph = model.Graph;
        Dictionary<string, TensorProto> shapes = graph.Initializer.ToDictionary(i => i.Name, StringComparer.Ordinal);
        NodeProto[] constants = [.. graph.Node.Where(n => n.OpType == "ConstantOfShape" && shapes.ContainsKey(n.Input[0]))];
        Dictionary<string, long[]> sizes = constants.ToDictionary(n => n.Output[0], n => Dims(shapes[n.Input[0]]), StringComparer.Ordinal);
        NarrowDense(graph, sizes);
        HashSet<string> kernels = [.. graph.Node.Where(n => n.OpType is "Conv" or "Gemm").Select(n => n.Input[1])];
        foreach (NodeProto node in constants)
        {
            graph.Node.Remove(node);
            graph.Initializer.Add(Weights(random, node.Output[0], sizes[node.Output[0]], kernels.Contains(node.Output[0])));
        }

        if (graph.Node.SingleOrDefault(n => n.OpType == "Softmax" && graph.Output.Any(o => o.Name == n.Output[0])) is { } softmax)
        {
            ValueInfoProto logits = graph.Output.Single(o => o.Name == softmax.Output[0]).Clone();
            logits.Name = softmax.Input[0];
            logits.Type.TensorType.Shape = null;
            graph.Output.Add(logits);
        }

        return model.ToByteArray();
    }

    // The names between two layers carry the width along.
    private static void NarrowDense(GraphProto graph, Dictionary<string, long[]> sizes)
    {
        Dictionary<string, long> narrowed = new(StringComparer.Ordinal);
        NodeProto? last = graph.Node.LastOrDefault(n => n.OpType == "Gemm");
        foreach (NodeProto node in graph.Node)
        {
            bool dense = node.OpType == "Gemm" && node.Attribute.Any(a => a.Name == "transB" && a.I == 1);
            if (dense && narrowed.TryGetValue(node.Input[0], out long depth))
            {
                sizes[node.Input[1]][1] = depth;
            }

            if (dense && node != last)
            {
                narrowed[node.Output[0]] = sizes[node.Input[1]][0] = sizes[node.Input[2]][0] = MostDense;
            }
            else if (node.OpType is "Relu" or "Dropout" && narrowed.TryGetValue(node.Input[0], out long width))
            {
                narrowed[node.Output[0]] = width;
            }
        }
    }

    private static long[] Dims(TensorProto shape) => shape.RawData.Length > 0 ? MemoryMarshal.Cast<byte, long>(shape.RawData.Span).ToArray() : [.. shape.Int64Data];

    // Kernels as He et al. (2015) draw them, so that activations keep their size through the layers; everything else is a scale, shift, mean or variance.
    private static TensorProto Weights(Random random, string name, long[] dims, bool isKernel)
    {
        long count = dims.Aggregate(1L, (a, b) => a * b);
        float bound = isKernel ? MathF.Sqrt(6f * dims[0] / count) : 0.5f;
        float middle = isKernel ? 0 : 1;
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = middle + (bound * ((2 * random.NextSingle()) - 1));
        }

        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float, RawData = UnsafeByteOperations.UnsafeWrap(MemoryMarshal.AsBytes<float>(values).ToArray()) };
        tensor.Dims.AddRange(dims);
        return tensor;
    }
}
