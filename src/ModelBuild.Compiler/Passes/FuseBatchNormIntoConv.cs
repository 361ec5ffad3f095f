using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Passes;

/// <summary>Multiplies a batch normalisation, or a multiplication or addition of one constant per channel, into the weights and bias of the convolution before it. Computed in binary64.</summary>
public sealed class FuseBatchNormIntoConv : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseBatchNormIntoConv);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (Match(graph, node) is not { } match)
            {
                continue;
            }

            (Node conv, double[] scale, double[] shift) = match;
            Tensor w = conv.Input(1).Constant!;
            int inner = w.Count / scale.Length;
            float[] weights = w.Span<float>().ToArray();
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = (float)(weights[i] * scale[i / inner]);
            }

            float[]? bias = conv.InputOrNull(2)?.Constant!.Span<float>().ToArray();
            float[] folded = [.. scale.Select((s, c) => (float)(((bias?[c] ?? 0) * s) + shift[c]))];
            conv.SetInput(1, graph.AddConstant(conv.Input(1).Name, Tensor.Create<float>(weights, w.Dims)));
            conv.SetInput(2, graph.AddConstant($"{conv.Name}_bias", Tensor.Vector<float>(folded)));
            conv.FusedFrom.Add(node.ToString());
            graph.ReplaceUses(node.Output, conv.Output);
            graph.Remove(node);
            changed = true;
        }

        return changed;
    }

    private static (Node Conv, double[] Scale, double[] Shift)? Match(Graph graph, Node node)
    {
        if (node.Domain.Length > 0 || node.OpType is not ("BatchNormalization" or "Mul" or "Add"))
        {
            return null;
        }

        int side = node.OpType == "BatchNormalization" || node.Input(0).Producer is { OpType: "Conv" } ? 0 : 1;
        bool fits = node.Input(side).Producer is { OpType: "Conv", Domain: "" } c && c.Input(1).Constant is { DType: DType.F32 } && c.InputOrNull(2) is null or { Constant.DType: DType.F32 };
        if (!fits || node.Input(side).Consumers.Count != 1 || graph.IsOutput(node.Input(side)))
        {
            return null;
        }

        Node conv = node.Input(side).Producer!;
        int channels = (int)conv.Input(1).Constant!.Dims[0];
        if (node.OpType == "BatchNormalization")
        {
            return BatchNormalization.Affine(node) is { } affine && affine.Scale.Length == channels ? (conv, affine.Scale, affine.Shift) : null;
        }

        if (node.Input(1 - side).Constant is not { DType: DType.F32 } constant || PerChannel(constant, channels, node.Output.Type.Shape?.Rank ?? 0) is not { } values)
        {
            return null;
        }

        double[] ones = [.. Enumerable.Repeat(1.0, channels)];
        return node.OpType == "Mul" ? (conv, values, new double[channels]) : (conv, ones, values);
    }

    /// <summary>One value per channel of [N,C,...], or null when the constant varies otherwise.</summary>
    private static double[]? PerChannel(Tensor constant, int channels, int rank)
    {
        double[] values = constant.ToDoubleArray();
        if (values.Length == 1 && constant.Rank <= rank)
        {
            return [.. Enumerable.Repeat(values[0], channels)];
        }

        bool perChannel = constant.Count == channels && (constant.Rank == rank || constant.Rank == rank - 1) && rank >= 3 && constant.Dims[^(rank - 1)] == channels;
        return perChannel ? values : null;
    }
}
