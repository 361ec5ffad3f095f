using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Quantized;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Operators that only select or move elements, and Pad, work on the quantised ones, where their input and output have the same scale and zero point.
/// A QuantizeLinear of what a DequantizeLinear of the same scale and zero point gives is nothing: (q - z) * s / s is off by less than half a step.
/// </summary>
public sealed class SinkDequantize : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(SinkDequantize);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node.Domain.Length > 0 || node.Outputs.Count == 0 || node.Outputs[0] is not { } output)
            {
                continue;
            }

            if (node.OpType == "QuantizeLinear")
            {
                changed |= Cancel(graph, node);
            }
            else if (ElementMoves.Matches(node) && output.Consumers.Count == 1 && !graph.IsOutput(output) && IsUniform(output.Consumers[0]) && QuantizedEdge.Match(node.Input(0)) is { } x && Fits(x, output.Consumers[0]))
            {
                Sink(graph, node, x);
                changed = true;
            }
        }

        return changed;
    }

    private static bool Cancel(Graph graph, Node quantize)
    {
        if (!IsUniform(quantize) || QuantizedEdge.Match(quantize.Input(0)) is not { } x || !Fits(x, quantize) || !float.IsNormal(x.Scale))
        {
            return false;
        }

        graph.ReplaceUses(quantize.Output, x.Moved(graph));
        graph.Remove(quantize);
        return true;
    }

    private static void Sink(Graph graph, Node node, QuantizedEdge x)
    {
        Node quantize = node.Output.Consumers[0];
        node.SetInput(0, x.Moved(graph));
        if (node.OpType == "Pad")
        {
            node.SetInput(2, graph.AddConstant($"{node.Name}_zero", Tensor.Scalar((byte)x.ZeroPoint)));
        }

        node.Output.Type = node.Output.Type with { DType = DType.U8 };
        graph.ReplaceUses(quantize.Output, node.Output);
        graph.Remove(quantize);
    }

    private static bool IsUniform(Node quantize) =>
        quantize is { OpType: "QuantizeLinear", Domain: "", Output.Type.DType: DType.U8 } && quantize.Input(1).Constant is { Count: 1, DType: DType.F32 } && quantize.InputOrNull(2) is null or { Constant.Count: 1 };

    private static bool Fits(QuantizedEdge x, Node quantize) =>
        x.Scale == quantize.Input(1).Constant!.Span<float>()[0] && x.ZeroPoint == (quantize.InputOrNull(2)?.Constant!.ToInt64Array()[0] ?? 0);
}
