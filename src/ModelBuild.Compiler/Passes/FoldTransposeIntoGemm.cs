using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Passes;

/// <summary>A transposed image that is flattened for a fused product: the rows of the constant weights are put into the image's own order at build time, and the Transpose goes.</summary>
public sealed class FoldTransposeIntoGemm : IPass
{
    private static readonly string[] s_flattening = ["Reshape", "Flatten", "Squeeze"];

    /// <inheritdoc/>
    public string Name => nameof(FoldTransposeIntoGemm);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            bool matches = node.Domain == FusedDomain.Name && node.OpType is "Gemm" or "QuantizedGemm" && node.Input(1).Constant is { Rank: 2 }
                && node.Input(0).Producer is { Domain: "" } f && s_flattening.Contains(f.OpType) && !SizeDependence.IsCounted(f) && IsOnlyFor(graph, f.Output)
                && f.Input(0).Producer is { OpType: "Transpose", Domain: "" } t && IsOnlyFor(graph, t.Output);
            changed |= matches && Fold(graph, node);
        }

        return changed;
    }

    private static bool Fold(Graph graph, Node node)
    {
        Node flatten = node.Input(0).Producer!;
        Node transpose = flatten.Input(0).Producer!;
        Tensor w = node.Input(1).Constant!;
        if (transpose.Input(0).Type.Shape is not { IsStatic: true, Rank: > 1 } x || flatten.Output.Type.Shape is not { IsStatic: true, Rank: 2 } flat)
        {
            return false;
        }

        int[] perm = Transpose.Permutation(transpose, x.Rank);
        if (perm[0] != 0 || !flat[0].Equals(x[0]) || flat[1].Value != w.Dims[0])
        {
            return false;
        }

        long n = w.Dims[1];
        long[] transposed = [.. perm.Skip(1).Select(p => x[p].Value), n];
        int[] back = new int[perm.Length];
        for (int i = 1; i < perm.Length; i++)
        {
            back[perm[i] - 1] = i - 1;
        }

        back[^1] = perm.Length - 1;
        Tensor weights = Transpose.Apply(w.Reshape(transposed), back).Reshape(w.Dims);
        Value input = graph.Add("Reshape", flatten.Name, [transpose.Input(0), graph.AddConstant("shape", Tensor.Vector<long>(flat.ToArray()))]);
        input.Type = flatten.Output.Type;
        input.Producer!.FusedFrom.AddRange(flatten.FusedFrom);
        node.SetInput(0, input);
        node.SetInput(1, graph.AddConstant(node.Input(1).Name, weights));
        node.FusedFrom.Add(transpose.ToString());
        graph.Remove(flatten);
        graph.Remove(transpose);
        return true;
    }

    private static bool IsOnlyFor(Graph graph, Value value) => value.Consumers.Count == 1 && !graph.IsOutput(value);
}
