using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Passes;

/// <summary>Lets fused convolutions and matrix products apply the activation function, and convolutions the residual addition, that follows them.</summary>
public sealed class FuseActivation : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseActivation);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        foreach (Node node in graph.Nodes)
        {
            if (node.Domain.Length == 0 && (Silu(graph, node) || Function(graph, node) || Residual(graph, node)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Function(Graph graph, Node node)
    {
        if (ActivationReference.Match(node) is not { } function || Target(graph, node.Input(0)) is not { } target)
        {
            return false;
        }

        Apply(graph, target, node, function.Activation, function.Alpha, function.Beta);
        return true;
    }

    /// <summary>x * sigmoid(x), as exporters write SiLU.</summary>
    private static bool Silu(Graph graph, Node node)
    {
        if (node.OpType != "Mul" || node.Inputs.Count != 2)
        {
            return false;
        }

        int side = node.Input(0).Producer is { OpType: "Sigmoid", Domain: "" } ? 0 : 1;
        Node? sigmoid = node.Input(side).Producer;
        Value x = node.Input(1 - side);
        bool fits = sigmoid is { OpType: "Sigmoid", Domain: "" } && sigmoid.Input(0) == x && sigmoid.Output.Consumers.Count == 1 && !graph.IsOutput(sigmoid.Output)
            && x.Consumers.Count == 2 && !graph.IsOutput(x) && x.Producer is { } p && IsFusable(p);
        if (!fits)
        {
            return false;
        }

        Node target = x.Producer!;
        Apply(graph, target, node, Activation.Silu, 0, 0);
        graph.Remove(sigmoid!);
        return true;
    }

    private static bool Residual(Graph graph, Node node)
    {
        if (node.OpType != "Add" || node.Input(0).IsConstant || node.Input(1).IsConstant || node.Input(0).Type.Shape is not { } shape || !shape.Equals(node.Input(1).Type.Shape) || node.Input(0) == node.Input(1))
        {
            return false;
        }

        // The later of the two convolutions takes the addition, so that the other operand exists when it runs.
        List<Node> order = [.. graph.Nodes];
        foreach (int side in Enumerable.Range(0, 2).OrderByDescending(s => node.Input(s).Producer is { } p ? order.IndexOf(p) : -1))
        {
            Value other = node.Input(1 - side);
            if (Target(graph, node.Input(side)) is { OpType: "Conv" } conv && conv.InputOrNull(3) is null && (other.Producer is null || order.IndexOf(other.Producer) < order.IndexOf(conv)))
            {
                if (conv.Inputs.Count == 2)
                {
                    conv.SetInput(2, null);
                }

                conv.SetInput(3, other);
                conv.FusedFrom.Add(node.ToString());
                graph.ReplaceUses(node.Output, conv.Output);
                graph.Remove(node);
                return true;
            }
        }

        return false;
    }

    private static Node? Target(Graph graph, Value value) =>
        value.Producer is { } producer && IsFusable(producer) && value.Consumers.Count == 1 && !graph.IsOutput(value) ? producer : null;

    private static bool IsFusable(Node node) => node.Domain == FusedDomain.Name && node.OpType is "Conv" or "Gemm" && !node.Attributes.Contains("activation");

    private static void Apply(Graph graph, Node target, Node node, Activation activation, float alpha, float beta)
    {
        target.Attributes["activation"] = new StringAttribute(activation.ToString());
        target.Attributes["alpha"] = new FloatAttribute(alpha);
        target.Attributes["beta"] = new FloatAttribute(beta);
        target.FusedFrom.Add(node.ToString());
        graph.ReplaceUses(node.Output, target.Output);
        graph.Remove(node);
    }
}
