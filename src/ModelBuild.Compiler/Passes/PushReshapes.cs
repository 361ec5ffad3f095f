using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Moves Reshape, Flatten, Squeeze and Unsqueeze behind the elementwise operators that read them: a convolution over a line, which becomes one over an image, then stands beside its activation and its
/// residual addition, and the reshapes of neighbouring convolutions cancel.
/// </summary>
public sealed class PushReshapes : IPass
{
    private static readonly string[] s_binary = ["Add", "Sub", "Mul", "Div", "Max", "Min"];

    /// <inheritdoc/>
    public string Name => nameof(PushReshapes);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        Worklist work = new(graph);
        while (work.TryTake(out Node? node))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Lead(node) is { } reshape)
            {
                work.AddAround(Move(graph, node, reshape));
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>The reshape that can be moved behind the node, or null.</summary>
    private static Node? Lead(Node node)
    {
        if (node.Outputs.Count != 1 || node.Outputs[0]?.Type.Shape is not { } shape)
        {
            return null;
        }

        if (PushTransposes.IsElementwise(node) || IsUniformQuantization(node))
        {
            return Behind(node.Input(0));
        }

        bool isBinary = node.Inputs.Count == 2 && (node.Domain.Length == 0 ? s_binary.Contains(node.OpType) : node.Op is QuantizedBinaryOp);
        if (!isBinary)
        {
            return null;
        }

        Value a = node.Input(0);
        Value b = node.Input(1);
        Node? lead = Behind(a) ?? Behind(b);
        return lead is not null && lead.Output.Type.Shape!.Equals(shape) && Fits(a, lead) && Fits(b, lead) ? lead : null;
    }

    private static Value Move(Graph graph, Node node, Node reshape)
    {
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is { } input && Behind(input) is { } behind && SameMove(behind, reshape))
            {
                node.SetInput(i, behind.Input(0));
            }
        }

        Value output = node.Output;
        Node moved = graph.AddNode("", reshape.OpType, $"{node.Name}_shape", [], [$"{node.Name}_shape"], reshape.Attributes.Clone());
        graph.ReplaceUses(output, moved.Output);
        moved.SetInput(0, output);
        for (int i = 1; i < reshape.Inputs.Count; i++)
        {
            moved.SetInput(i, reshape.Inputs[i]);
        }

        TypeInference.Run(node);
        TypeInference.Run(moved);
        return moved.Output;
    }

    /// <summary>A single element, which has no shape of its own, or a value that was reshaped in the same way.</summary>
    private static bool Fits(Value value, Node lead) =>
        (value.Constant is { Count: 1 } && lead.Input(0).Type.Shape!.Rank >= value.Constant.Rank) || (Behind(value) is { } behind && SameMove(behind, lead));

    private static bool SameMove(Node a, Node b) => a.Input(0).Type.Shape!.Equals(b.Input(0).Type.Shape) && a.Output.Type.Shape!.Equals(b.Output.Type.Shape);

    private static Node? Behind(Value value) =>
        value.Producer is { } node && MergeReshapes.IsReshape(node) && node.Input(0).Type.Shape is { IsStatic: true } && node.Output.Type.Shape is { IsStatic: true } ? node : null;

    private static bool IsUniformQuantization(Node node) => node.Domain.Length == 0 && node.OpType is "QuantizeLinear" or "DequantizeLinear" && node.Input(1).Constant is { Count: 1 };
}
