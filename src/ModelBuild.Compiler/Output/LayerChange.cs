using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Output;

/// <summary>What the stages did to one layer with weights.</summary>
/// <param name="Name">Name of its node.</param>
/// <param name="OpType">Its operator.</param>
/// <param name="FiltersBefore">Output channels in the source model.</param>
/// <param name="FiltersAfter">Output channels in the deployed model.</param>
/// <param name="Weights">Element type of the deployed weights.</param>
/// <param name="ZeroPart">Part of the deployed weights that is zero, 0 to 1.</param>
public sealed record LayerChange(string Name, string OpType, long FiltersBefore, long FiltersAfter, DType Weights, double ZeroPart)
{
    /// <summary>The layers of the source model that the last stage's model still has under their names, in order.</summary>
    public static IReadOnlyList<LayerChange> Find(Graph source, Graph last)
    {
        Dictionary<string, Node> after = last.Nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        List<LayerChange> changes = [];
        foreach (Node node in source.Nodes)
        {
            if (WeightsOf(node) is { } before && after.TryGetValue(node.Name, out Node? same) && same.OpType == node.OpType && WeightsOf(same) is { } now)
            {
                int axis = FilterAxis(node, before.Rank);
                int zeros = now.ToDoubleArray().Count(v => v == 0);
                changes.Add(new LayerChange(node.Name, node.OpType, before.Dims[axis], now.Dims[axis], now.DType, zeros / Math.Max(1.0, now.Count)));
            }
        }

        return changes;
    }

    private static Tensor? WeightsOf(Node node)
    {
        bool isLayer = node.Domain.Length == 0 && node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul";
        Value? weights = isLayer ? node.InputOrNull(1) : null;
        Tensor? constant = weights?.Constant ?? (weights?.Producer is { OpType: "DequantizeLinear" } d ? d.Input(0).Constant : null);
        return constant is { Rank: >= 2 } ? constant : null;
    }

    private static int FilterAxis(Node node, int rank) => node.OpType switch
    {
        "Conv" => 0,
        "ConvTranspose" => 1,
        "Gemm" when node.Attributes.GetInt("transB", 0) != 0 => 0,
        _ => rank - 1,
    };
}
