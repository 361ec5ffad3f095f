using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Passes;

/// <summary>A Gemm that has no fused form (computed or transposed operands, a bias that varies by row) becomes Transpose, MatMul, Mul and Add.</summary>
public sealed class DecomposeGemm : IPass
{
    private static readonly long[] s_swap = [1, 0];

    /// <inheritdoc/>
    public string Name => nameof(DecomposeGemm);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        Node[] nodes = [.. graph.Nodes.Where(n => n is { OpType: "Gemm", Domain: "" } && IsExact(n))];
        foreach (Node node in nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            Value y = Add(graph, node, "MatMul", "product", Operand(graph, node, 0, "transA"), Operand(graph, node, 1, "transB"));
            y = Scaled(graph, node, y, "alpha");
            float beta = node.Attributes.GetFloat("beta", 1);
            if (node.InputOrNull(2) is { } c && beta != 0)
            {
                y = Add(graph, node, "Add", "sum", y, Scaled(graph, node, c, "beta"));
            }

            graph.ReplaceUses(node.Output, y);
            graph.Remove(node);
        }

        return nodes.Length > 0;
    }

    /// <summary>Integers are multiplied by whole factors only.</summary>
    private static bool IsExact(Node node) => DTypes.IsFloat(node.Output.Type.DType)
        || (DTypes.IsInteger(node.Output.Type.DType) && float.IsInteger(node.Attributes.GetFloat("alpha", 1)) && float.IsInteger(node.Attributes.GetFloat("beta", 1)));

    private static Value Operand(Graph graph, Node node, int index, string flag)
    {
        if (node.Attributes.GetInt(flag, 0) == 0)
        {
            return node.Input(index);
        }

        Value x = graph.Add("Transpose", $"{node.Name}_{flag}", [node.Input(index)], new AttributeMap { { "perm", s_swap } });
        x.Producer!.FusedFrom.Add(node.ToString());
        return x;
    }

    private static Value Scaled(Graph graph, Node node, Value x, string name)
    {
        float factor = node.Attributes.GetFloat(name, 1);
        return factor == 1 ? x : Add(graph, node, "Mul", name, x, graph.AddConstant(name, NumericTensors.FromDouble(node, x.Type.DType == DType.Undefined ? node.Output.Type.DType : x.Type.DType, [factor], [])));
    }

    private static Value Add(Graph graph, Node node, string op, string part, Value a, Value b)
    {
        Value y = graph.Add(op, $"{node.Name}_{part}", [a, b]);
        y.Producer!.FusedFrom.Add(node.ToString());
        return y;
    }
}
