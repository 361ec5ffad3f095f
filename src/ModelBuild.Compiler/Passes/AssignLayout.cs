using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Passes;

/// <summary>Gives spatial operators the layout [N,H,W,C] or [N,D,H,W,C] that the kernels work in, with a Transpose before and after each; one-dimensional ones become two-dimensional with height 1.</summary>
public sealed class AssignLayout : IPass
{
    private static readonly string[] s_spatial = ["Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool"];

    /// <inheritdoc/>
    public string Name => nameof(AssignLayout);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        Node[] nodes = [.. graph.Nodes.Where(n => n.Domain.Length == 0 && s_spatial.Contains(n.OpType) && n.Input(0).Type.Shape is { Rank: 3 or 4 or 5 } && CanConvert(graph, n))];
        foreach (Node node in nodes)
        {
            Convert(graph, node);
        }

        return nodes.Length > 0;
    }

    private static bool CanConvert(Graph graph, Node node) => node.OpType switch
    {
        "Conv" or "ConvTranspose" => HasElements(node.Input(0)) && HasElements(node.Input(1)) && node.Input(0).Type.DType == DType.F32 && node.Input(1).Type.DType == DType.F32 && node.InputOrNull(2) is null or { Type.DType: DType.F32 },
        "LpPool" or "AveragePool" or "GlobalAveragePool" => node.Input(0).Type.DType == DType.F32,
        "MaxPool" => !MaxPool.HasIndices(graph, node),
        _ => true,
    };

    private static bool HasElements(Value value) => value.Type.Shape is { IsStatic: true } shape && shape.All(d => d.Value > 0);

    private static bool HasWeights(Node node) => node.OpType is "Conv" or "ConvTranspose";

    private static void Convert(Graph graph, Node node)
    {
        int rank = node.Input(0).Type.Shape!.Rank;
        List<Value?> inputs = [NhwcImage.Enter(graph, node, node.Input(0), rank)];
        if (HasWeights(node))
        {
            inputs.Add(rank == 3 ? NhwcImage.Filters(graph, node.Input(1)) : node.Input(1));
            inputs.Add(node.InputOrNull(2));
        }

        Node converted = graph.AddNode(FusedDomain.Name, node.OpType, node.Name, inputs, [$"{node.Name}_result"], NhwcImage.Attributes(node, rank));
        graph.ReplaceUses(node.Output, NhwcImage.Leave(graph, node, converted.Output, rank));
        graph.Remove(node);
    }
}
