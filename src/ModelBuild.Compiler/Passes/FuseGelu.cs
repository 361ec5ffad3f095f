using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>x * (1 + Erf(x / sqrt(2))) / 2 and its approximation x * (1 + Tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2, in any order of their factors and sums, become Gelu.</summary>
public sealed class FuseGelu : IPass
{
    /// <summary>A binary32 constant is off by 2^-24 of itself; exporters round a few of them one after the other.</summary>
    private const double Rounding = 2e-6;

    private const double Cubic = 0.044715;

    /// <inheritdoc/>
    public string Name => nameof(FuseGelu);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!ProductTerms.IsProduct(node) || !graph.IsUsed(node.Output) || node.Output.Type is not { DType: DType.F32, Shape: { } shape } || Match(graph, node) is not { } match || !shape.Equals(match.X.Type.Shape))
            {
                continue;
            }

            AttributeMap attributes = match.IsTanh ? new AttributeMap { { "approximate", "tanh" } } : [];
            Value y = graph.Add("Gelu", node.Name, [match.X], attributes);
            y.Producer!.FusedFrom.Add(node.ToString());
            graph.ReplaceUses(node.Output, y);
            graph.Remove(node);
            changed = true;
        }

        return changed;
    }

    private static (Value X, bool IsTanh)? Match(Graph graph, Node root)
    {
        if (ProductTerms.Of(graph, root) is not { } product || Math.Abs((2 * product.Constant) - 1) > Rounding)
        {
            return null;
        }

        return IsGate(product.B, product.A) is { } tanh ? (product.A, tanh) : IsGate(product.A, product.B) is { } swapped ? (product.B, swapped) : null;
    }

    /// <summary>True for 1 + Tanh(...) of x, false for 1 + Erf(...), null for anything else.</summary>
    private static bool? IsGate(Value gate, Value x)
    {
        if (gate.Producer is not { OpType: "Add", Domain: "", Inputs.Count: 2 } sum)
        {
            return null;
        }

        int side = sum.Input(0).IsConstant ? 1 : 0;
        if (sum.Input(1 - side).Constant is not { Count: 1, DType: DType.F32 } one || one.Span<float>()[0] != 1 || sum.Input(side).Producer is not { Domain: "", OpType: "Erf" or "Tanh" } function)
        {
            return null;
        }

        double[]? inner = PolynomialOf.Match(function.Input(0), x);
        double slope = Math.Sqrt(2 / Math.PI);
        bool fits = function.OpType == "Tanh" ? PolynomialOf.Is(inner, Rounding, 0, slope, 0, slope * Cubic) : PolynomialOf.Is(inner, Rounding, 0, Math.Sqrt(0.5));
        return fits ? function.OpType == "Tanh" : null;
    }
}
