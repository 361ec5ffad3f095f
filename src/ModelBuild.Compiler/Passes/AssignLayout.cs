using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Passes;

/// <summary>Gives spatial operators the layout [N,H,W,C] that the kernels work in, with a Transpose before and after each; one-dimensional ones become two-dimensional with height 1.</summary>
public sealed class AssignLayout : IPass
{
    private static readonly string[] s_spatial = ["Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool"];

    /// <inheritdoc/>
    public string Name => nameof(AssignLayout);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        Node[] nodes = [.. graph.Nodes.Where(n => n.Domain.Length == 0 && s_spatial.Contains(n.OpType) && n.Input(0).Type.Shape is { Rank: 3 or 4 } && CanConvert(n))];
        foreach (Node node in nodes)
        {
            Convert(graph, node);
        }

        return nodes.Length > 0;
    }

    private static bool CanConvert(Node node) => node.OpType switch
    {
        "Conv" or "ConvTranspose" => node.Input(1).Constant is { DType: DType.F32 } && node.InputOrNull(2) is null or { Constant.DType: DType.F32 },
        "LpPool" => node.Input(0).Type.DType == DType.F32,
        _ => true,
    };

    private static bool HasWeights(Node node) => node.OpType is "Conv" or "ConvTranspose";

    private static void Convert(Graph graph, Node node)
    {
        int rank = node.Input(0).Type.Shape!.Rank;
        List<Value?> inputs = [NhwcImage.Enter(graph, node, node.Input(0), rank)];
        if (HasWeights(node))
        {
            inputs.Add(rank == 3 ? graph.AddConstant(node.Input(1).Name, NhwcImage.Filters(node.Input(1).Constant!)) : node.Input(1));
            inputs.Add(node.InputOrNull(2));
        }

        Node converted = graph.AddNode(FusedDomain.Name, node.OpType, node.Name, inputs, [$"{node.Name}_result"], NhwcImage.Attributes(node, rank));
        graph.ReplaceUses(node.Output, NhwcImage.Leave(graph, node, converted.Output, rank));
        graph.Remove(node);
    }
}
