using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>MatMul of a matrix by constant weights and an Add of one constant per column become Gemm, whose bias int8 and pruning know.</summary>
public sealed class FuseMatMulAdd : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseMatMulAdd);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node is not { OpType: "Add", Domain: "", Inputs.Count: 2 })
            {
                continue;
            }

            int side = node.Input(1).IsConstant ? 0 : 1;
            Value product = node.Input(side);
            if (product.Producer is not { OpType: "MatMul", Domain: "" } matmul || product.Consumers.Count != 1 || graph.IsOutput(product) || !Fits(matmul, node.Input(1 - side).Constant))
            {
                continue;
            }

            Value y = graph.Add("Gemm", matmul.Name, [matmul.Input(0), matmul.Input(1), node.Input(1 - side)]);
            y.Producer!.FusedFrom.AddRange([.. matmul.FusedFrom, node.ToString()]);
            graph.ReplaceUses(node.Output, y);
            graph.Remove(node);
            graph.Remove(matmul);
            changed = true;
        }

        return changed;
    }

    private static bool Fits(Node matmul, Tensor? bias) =>
        matmul.Input(0).Type.Shape is { Rank: 2 } && matmul.Input(1).Constant is { DType: DType.F32, Rank: 2 } w
        && bias is { DType: DType.F32 } && bias.Count == w.Dims[1] && (bias.Rank == 1 || (bias.Rank == 2 && bias.Dims[0] == 1));
}
