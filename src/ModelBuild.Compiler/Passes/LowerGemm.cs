using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Passes;

/// <summary>Gemm and MatMul with constant binary32 weights, and an Add of one constant per column behind them, become the fused form.</summary>
public sealed class LowerGemm : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(LowerGemm);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            changed |= node.Domain.Length == 0 && node.OpType switch
            {
                "Gemm" => Gemm(graph, node),
                "MatMul" => MatMul(graph, node),
                "Add" => Bias(graph, node),
                _ => false,
            };
        }

        return changed;
    }

    private static bool Gemm(Graph graph, Node node)
    {
        if (node.Input(1).Constant is not { DType: DType.F32 } w || node.Attributes.GetInt("transA", 0) != 0)
        {
            return false;
        }

        bool transposed = node.Attributes.GetInt("transB", 0) != 0;
        int n = (int)w.Dims[transposed ? 0 : 1];
        float alpha = node.Attributes.GetFloat("alpha", 1);
        float beta = node.Attributes.GetFloat("beta", 1);
        Tensor? c = node.InputOrNull(2)?.Constant;
        bool bias = node.InputOrNull(2) is null || (c is { DType: DType.F32 } && (c.Count == 1 || (c.Count == n && (c.Rank == 1 || c.Dims[^1] == n))));
        if (!bias)
        {
            return false;
        }

        Tensor weights = transposed ? Transpose.Apply(w, [1, 0]) : w;
        if (alpha != 1)
        {
            weights = Tensor.Create<float>([.. weights.Span<float>().ToArray().Select(v => v * alpha)], weights.Dims);
        }

        Value? b = c is null ? null : graph.AddConstant(node.Input(2).Name, Tensor.Vector<float>([.. Enumerable.Range(0, n).Select(i => beta * c.Span<float>()[c.Count == 1 ? 0 : i])]));
        Replace(graph, node, [node.Input(0), graph.AddConstant(node.Input(1).Name, weights), b]);
        return true;
    }

    private static bool MatMul(Graph graph, Node node)
    {
        if (node.Input(1).Constant is not { DType: DType.F32, Rank: 2 } || node.Input(0).Type.Shape is not { Rank: >= 2 })
        {
            return false;
        }

        Replace(graph, node, [node.Input(0), node.Input(1)]);
        return true;
    }

    private static bool Bias(Graph graph, Node node)
    {
        int side = node.Input(1).IsConstant ? 0 : 1;
        if (node.Input(side).Producer is not { OpType: "Gemm", Domain: FusedDomain.Name } gemm || gemm.InputOrNull(2) is not null || gemm.Attributes.Contains("activation")
            || gemm.Output.Consumers.Count != 1 || graph.IsOutput(gemm.Output) || node.Input(1 - side).Constant is not { DType: DType.F32 } bias)
        {
            return false;
        }

        long n = gemm.Input(1).Constant!.Dims[1];
        if (bias.Count != n || (bias.Rank > 0 && bias.Dims[^1] != n) || bias.Rank > gemm.Output.Type.Shape!.Rank)
        {
            return false;
        }

        gemm.SetInput(2, graph.AddConstant(node.Input(1 - side).Name, bias.Reshape(n)));
        gemm.FusedFrom.Add(node.ToString());
        graph.ReplaceUses(node.Output, gemm.Output);
        graph.Remove(node);
        return true;
    }

    private static void Replace(Graph graph, Node node, IReadOnlyList<Value?> inputs)
    {
        Node fused = graph.AddNode(FusedDomain.Name, "Gemm", node.Name, inputs, [node.Output.Name]);
        fused.Output.Type = node.Output.Type;
        graph.ReplaceUses(node.Output, fused.Output);
        graph.Remove(node);
    }
}
