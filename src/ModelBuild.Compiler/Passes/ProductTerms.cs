using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>A tree of multiplications and divisions taken apart into two computed factors and one constant, in whatever order an exporter wrote them.</summary>
/// <param name="A">A factor.</param>
/// <param name="B">The other one; may be the same.</param>
/// <param name="Constant">Product of the scalar constants.</param>
internal sealed record ProductTerms(Value A, Value B, double Constant)
{
    private const int MaxProducts = 3;

    /// <summary>True for a node that can be the root of such a tree.</summary>
    public static bool IsProduct(Node node) => node is { Domain: "", OpType: "Mul" or "Div", Inputs.Count: 2 };

    /// <summary>Takes a product apart; null where it has more or fewer computed factors. Products that other nodes read, too, count as factors.</summary>
    public static ProductTerms? Of(Graph graph, Node root)
    {
        double constant = 1;
        List<Value> factors = [];
        Stack<Node> pending = new([root]);
        int nodes = 0;
        while (pending.TryPop(out Node? node))
        {
            if (++nodes > MaxProducts)
            {
                return null;
            }

            for (int i = 0; i < 2; i++)
            {
                Value input = node.Input(i);
                bool divides = i == 1 && node.OpType == "Div";
                if (input.Constant is { Count: 1, DType: DType.F32 } scalar)
                {
                    double value = scalar.Span<float>()[0];
                    constant *= divides ? 1 / value : value;
                }
                else if (divides)
                {
                    return null;
                }
                else if (input.Producer is { } inner && IsProduct(inner) && input.Consumers.Count == 1 && !graph.IsOutput(input))
                {
                    pending.Push(inner);
                }
                else if (factors.Count == 2)
                {
                    return null;
                }
                else
                {
                    factors.Add(input);
                }
            }
        }

        return factors.Count == 2 ? new ProductTerms(factors[0], factors[1], constant) : null;
    }
}
