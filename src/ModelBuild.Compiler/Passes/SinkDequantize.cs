using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>Operators that only select or move elements work on the quantised ones, where their input and output have the same scale and zero point.</summary>
public sealed class SinkDequantize : IPass
{
    private static readonly string[] s_sharing = ["MaxPool", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose"];

    /// <inheritdoc/>
    public string Name => nameof(SinkDequantize);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            bool matches = node.Domain.Length == 0 && Shares(node) && node.Outputs[0] is { } output
                && node.Input(0).Producer is { OpType: "DequantizeLinear", Domain: "" } dq && dq.Input(0) is { IsConstant: false, Type.DType: DType.U8 }
                && output.Consumers.Count == 1 && !graph.IsOutput(output) && output.Consumers[0] is { OpType: "QuantizeLinear", Domain: "" } q
                && SameParameters(dq, q);
            if (!matches)
            {
                continue;
            }

            Node quantize = node.Output.Consumers[0];
            node.SetInput(0, node.Input(0).Producer!.Input(0));
            node.Output.Type = node.Output.Type with { DType = DType.U8 };
            graph.ReplaceUses(quantize.Output, node.Output);
            graph.Remove(quantize);
            changed = true;
        }

        return changed;
    }

    /// <summary>True for an operator that only moves or selects elements of its first input.</summary>
    internal static bool Shares(Node node) => s_sharing.Contains(node.OpType) && (node.Outputs.Count == 1 || node.Outputs.Skip(1).All(o => o is null));

    private static bool SameParameters(Node a, Node b) => Same(a.Input(1), b.Input(1)) && (a.InputOrNull(2) is { } za && b.InputOrNull(2) is { } zb ? Same(za, zb) : a.InputOrNull(2) == b.InputOrNull(2));

    private static bool Same(Value a, Value b) => a == b || (a.Constant is { Count: 1 } x && b.Constant is { Count: 1 } y && x.DType == y.DType && x.Bytes.SequenceEqual(y.Bytes));
}
