using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;

namespace ModelBuild.Compiler.Passes;

/// <summary>x * Clip(x + 3, 0, 6) / 6 in any order of its factors, and x * HardSigmoid(x) with slope 1/6, become HardSwish, as which convolutions can apply it.</summary>
public sealed class FuseHardSwish : IPass
{
    /// <summary>1/6 in binary32 is off by 2^-24 of itself, and exporters round it once more.</summary>
    private const double Sixth = 1e-6;

    /// <inheritdoc/>
    public string Name => nameof(FuseHardSwish);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (ProductTerms.IsProduct(node) && node.Output.Type.DType == DType.F32 && Match(graph, node) is { } x && x.Type.Shape is { } shape && shape.Equals(node.Output.Type.Shape))
            {
                Value y = graph.Add("HardSwish", node.Name, [x]);
                y.Producer!.FusedFrom.Add(node.ToString());
                graph.ReplaceUses(node.Output, y);
                graph.Remove(node);
                changed = true;
            }
        }

        return changed;
    }

    private static Value? Match(Graph graph, Node root)
    {
        if (ProductTerms.Of(graph, root) is not { } product)
        {
            return null;
        }

        Value[] factors = [product.A, product.B];
        for (int side = 0; side < 2; side++)
        {
            Value x = factors[side];
            Node? gate = factors[1 - side].Producer;
            if ((IsClip(gate, x) && Math.Abs((6 * product.Constant) - 1) < Sixth) || (IsHardSigmoid(gate, x) && product.Constant == 1))
            {
                return x;
            }
        }

        return null;
    }

    private static bool IsClip(Node? gate, Value x) =>
        gate is { Domain: "", OpType: "Clip" } && Clip.Bounds(gate) is { Low: 0, High: 6 } && gate.Input(0).Producer is { Domain: "", OpType: "Add" } add
        && ((add.Input(0) == x && IsThree(add.Input(1))) || (add.Input(1) == x && IsThree(add.Input(0))));

    private static bool IsThree(Value value) => value.Constant is { Count: 1, DType: DType.F32 } constant && constant.Span<float>()[0] == 3;

    private static bool IsHardSigmoid(Node? gate, Value x) =>
        gate is { Domain: "", OpType: "HardSigmoid" } && gate.Input(0) == x && gate.Attributes.GetFloat("beta", 0.5f) == 0.5f && Math.Abs((6 * gate.Attributes.GetFloat("alpha", 0.2f)) - 1) < Sixth;
}
