using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Passes;

/// <summary>Lets fused convolutions and matrix products apply the activation function that follows them, and those of binary32 the residual addition.</summary>
public sealed class FuseActivation : IPass
{
    /// <summary>Input of fused convolutions and matrix products that holds the residual.</summary>
    private const int ResidualInput = 3;

    private static readonly string[] s_real = ["Conv", "ConvTranspose", "Gemm"];
    private static readonly string[] s_integer = ["QuantizedConv", "QuantizedGemm", "IntegerConv", "IntegerGemm"];

    /// <inheritdoc/>
    public string Name => nameof(FuseActivation);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        Worklist work = new(graph);
        while (work.TryTake(out Node? node))
        {
            cancellation.ThrowIfCancellationRequested();
            if (node.Domain.Length == 0 && (Silu(graph, node) ?? Function(graph, node) ?? Residual(graph, node)) is { } result)
            {
                changed = true;
                work.AddAround(result);
            }
        }

        return changed;
    }

    private static Value? Function(Graph graph, Node node)
    {
        if (ActivationReference.Match(node) is not { } function || Target(graph, node.Input(0)) is not { } target)
        {
            return null;
        }

        return Apply(graph, target, node, function.Activation, function.Alpha, function.Beta);
    }

    /// <summary>x * sigmoid(x), as exporters write SiLU.</summary>
    private static Value? Silu(Graph graph, Node node)
    {
        if (node.OpType != "Mul" || node.Inputs.Count != 2)
        {
            return null;
        }

        int side = node.Input(0).Producer is { OpType: "Sigmoid", Domain: "" } ? 0 : 1;
        Node? sigmoid = node.Input(side).Producer;
        Value x = node.Input(1 - side);
        bool fits = sigmoid is { OpType: "Sigmoid", Domain: "" } && sigmoid.Input(0) == x && sigmoid.Output.Consumers.Count == 1 && !graph.IsOutput(sigmoid.Output)
            && x.Consumers.Count == 2 && !graph.IsOutput(x) && x.Producer is { } p && IsFusable(p);
        if (!fits)
        {
            return null;
        }

        Value result = Apply(graph, x.Producer!, node, Activation.Silu, 0, 0);
        graph.Remove(sigmoid!);
        return result;
    }

    /// <summary>x + r with both of one shape. Nothing but the addition reads the node that takes it, so r cannot depend on that node.</summary>
    private static Value? Residual(Graph graph, Node node)
    {
        bool adds = node is { OpType: "Add", Inputs: [{ IsConstant: false } a, { IsConstant: false } b] } && a != b
            && a.Type.Shape is { } shape && shape.Equals(b.Type.Shape) && !shape.Any(d => d.IsUnknown);
        if (!adds)
        {
            return null;
        }

        for (int side = 0; side < 2; side++)
        {
            if (Target(graph, node.Input(side)) is not { } target || !s_real.Contains(target.OpType) || target.InputOrNull(ResidualInput) is not null)
            {
                continue;
            }

            if (target.Inputs.Count == ResidualInput - 1)
            {
                target.SetInput(ResidualInput - 1, null);
            }

            target.SetInput(ResidualInput, node.Input(1 - side));
            target.FusedFrom.Add(node.ToString());
            graph.ReplaceUses(node.Output, target.Output);
            graph.Remove(node);
            return target.Output;
        }

        return null;
    }

    private static Node? Target(Graph graph, Value value) =>
        value.Producer is { } producer && IsFusable(producer) && value.Consumers.Count == 1 && !graph.IsOutput(value) ? producer : null;

    private static bool IsFusable(Node node) =>
        node.Domain == FusedDomain.Name && node.Attributes.GetString("activation", nameof(Activation.None)) == nameof(Activation.None)
        && (s_real.Contains(node.OpType) || (s_integer.Contains(node.OpType) && node.Output.Type.DType == DType.F32));

    private static Value Apply(Graph graph, Node target, Node node, Activation activation, float alpha, float beta)
    {
        target.Attributes["activation"] = new StringAttribute(activation.ToString());
        target.Attributes["alpha"] = new FloatAttribute(alpha);
        target.Attributes["beta"] = new FloatAttribute(beta);
        target.FusedFrom.Add(node.ToString());
        graph.ReplaceUses(node.Output, target.Output);
        graph.Remove(node);
        return target.Output;
    }
}
