using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>int8 activations between QuantizeLinear and DequantizeLinear become uint8 with a zero point that is 128 higher, which the kernels take: the same real values.</summary>
public sealed class ShiftSignedActivations : IPass
{
    private const int Shift = 128;

    /// <inheritdoc/>
    public string Name => nameof(ShiftSignedActivations);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            bool matches = node is { OpType: "QuantizeLinear", Domain: "" } && node.Output.Type.DType == DType.I8 && IsUniform(node) && !graph.IsOutput(node.Output) && node.Output.Consumers.Count > 0
                && node.Output.Consumers.All(c => c is { OpType: "DequantizeLinear", Domain: "" } && c.Input(0) == node.Output && IsUniform(c));
            if (!matches)
            {
                continue;
            }

            foreach (Node edge in node.Output.Consumers.Distinct().Append(node).ToArray())
            {
                int zero = (int)(edge.InputOrNull(2)?.Constant!.ToInt64Array()[0] ?? 0);
                edge.SetInput(2, graph.AddConstant($"{edge.Name}_zero_point", Tensor.Scalar((byte)(zero + Shift))));
                edge.Attributes.Remove("output_dtype");
            }

            node.Output.Type = node.Output.Type with { DType = DType.U8 };
            changed = true;
        }

        return changed;
    }

    private static bool IsUniform(Node node) => node.Input(1).Constant is { Count: 1 } && node.InputOrNull(2) is null or { Constant: { Count: 1, DType: DType.I8 } };
}
