using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Passes;

/// <summary>Gives spatial operators the layout [N,H,W,C] that the kernels work in, with a Transpose before and after each; one-dimensional ones become two-dimensional with height 1.</summary>
public sealed class AssignLayout : IPass
{
    private static readonly long[] s_toNhwc = [0, 2, 3, 1];
    private static readonly long[] s_toNchw = [0, 3, 1, 2];
    private static readonly string[] s_spatial = ["Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool"];
    private static readonly string[] s_windowAttributes = ["kernel_shape", "strides", "dilations"];

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
        bool isLine = rank == 3;
        Value x = node.Input(0);
        AttributeMap attributes = node.Attributes.Clone();
        if (isLine)
        {
            x = graph.Add("Unsqueeze", $"{node.Name}_plane", [x, graph.AddConstant("axes", Tensor.Vector<long>(2))]);
            Widen(attributes);
        }

        List<Value?> inputs = [graph.Add("Transpose", $"{node.Name}_nhwc", [x], new AttributeMap { { "perm", s_toNhwc } })];
        if (HasWeights(node))
        {
            Tensor w = node.Input(1).Constant!;
            inputs.Add(isLine ? graph.AddConstant(node.Input(1).Name, w.Reshape(w.Dims[0], w.Dims[1], 1, w.Dims[2])) : node.Input(1));
            inputs.Add(node.InputOrNull(2));
        }

        Node converted = graph.AddNode(FusedDomain.Name, node.OpType, node.Name, inputs, [$"{node.Name}_result"], attributes);
        Value y = graph.Add("Transpose", $"{node.Name}_nchw", [converted.Output], new AttributeMap { { "perm", s_toNchw } });
        if (isLine)
        {
            y = graph.Add("Squeeze", $"{node.Name}_line", [y, graph.AddConstant("axes", Tensor.Vector<long>(2))]);
        }

        graph.ReplaceUses(node.Output, y);
        graph.Remove(node);
    }

    private static void Widen(AttributeMap attributes)
    {
        foreach (string name in s_windowAttributes)
        {
            if (attributes.GetInts(name) is { } values)
            {
                attributes[name] = new IntsAttribute([1, .. values]);
            }
        }

        if (attributes.GetInts("pads") is { Length: 2 } pads)
        {
            attributes["pads"] = new IntsAttribute([0, pads[0], 0, pads[1]]);
        }

        if (attributes.GetInts("output_padding") is { } extra)
        {
            attributes["output_padding"] = new IntsAttribute([0, .. extra]);
        }

        if (attributes.GetInts("output_shape") is { } shape)
        {
            attributes["output_shape"] = new IntsAttribute([1, shape[^1]]);
        }
    }
}
