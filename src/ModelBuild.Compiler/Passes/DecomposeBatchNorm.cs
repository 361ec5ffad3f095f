using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Passes;

/// <summary>A normalisation of a transposed image with constant parameters becomes a multiplication and an addition, which work in any layout, so that the Transpose can move on.</summary>
public sealed class DecomposeBatchNorm : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(DecomposeBatchNorm);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            bool matches = node is { OpType: "BatchNormalization", Domain: "" } && node.Input(0) is { Producer: { OpType: "Transpose", Domain: "" }, Type: { DType: DType.F32, Shape.Rank: > 2 } };
            if (!matches || BatchNormalization.Affine(node) is not { } affine)
            {
                continue;
            }

            int rank = node.Input(0).Type.Shape!.Rank;
            Value product = graph.Add("Mul", $"{node.Name}_scale", [node.Input(0), Channels(graph, "scale", affine.Scale, rank)]);
            Value sum = graph.Add("Add", $"{node.Name}_shift", [product, Channels(graph, "shift", affine.Shift, rank)]);
            product.Producer!.FusedFrom.Add(node.ToString());
            sum.Producer!.FusedFrom.Add(node.ToString());
            graph.ReplaceUses(node.Output, sum);
            graph.Remove(node);
            changed = true;
        }

        return changed;
    }

    private static Value Channels(Graph graph, string name, double[] values, int rank)
    {
        long[] dims = [.. Enumerable.Repeat(1L, rank - 1)];
        dims[0] = values.Length;
        return graph.AddConstant(name, Tensor.Create<float>([.. values.Select(v => (float)v)], dims));
    }
}
