using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Passes;

/// <summary>x * Sigmoid(x) that no convolution or product took along becomes one operator.</summary>
public sealed class FuseSilu : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseSilu);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node is not { OpType: "Mul", Domain: "", Inputs.Count: 2 } || node.Output.Type.DType != DType.F32 || Gate(graph, node) is not { } gate)
            {
                continue;
            }

            Node silu = graph.AddNode(FusedDomain.Name, "Silu", node.Name, [gate.Input(0)], [$"{node.Name}_result"]);
            silu.FusedFrom.AddRange([gate.ToString(), node.ToString()]);
            graph.ReplaceUses(node.Output, silu.Output);
            graph.Remove(node);
            graph.Remove(gate);
            changed = true;
        }

        return changed;
    }

    /// <summary>The Sigmoid of the other factor, which nothing else reads.</summary>
    private static Node? Gate(Graph graph, Node product)
    {
        for (int side = 0; side < 2; side++)
        {
            Value gate = product.Input(side);
            if (gate.Producer is { OpType: "Sigmoid", Domain: "" } sigmoid && sigmoid.Input(0) == product.Input(1 - side) && gate.Consumers.Count == 1 && !graph.IsOutput(gate))
            {
                return sigmoid;
            }
        }

        return null;
    }
}
