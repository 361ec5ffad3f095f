using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Planning;

/// <summary>
/// Convolutions over pictures whose planes are only interleaved for them: both are one step (<see cref="PlanarConv"/>) that reads the planes.
/// </summary>
internal sealed class PlanarConvFusion
{
    /// <summary>The most planes: with more, pixels of interleaved channels fill vectors.</summary>
    private const int MostPlanes = 4;

    /// <summary>The most output channels: with 64 this takes as long as the product with interleaved channels, without interleaving them.</summary>
    private const int MostOutputs = 64;

    /// <summary>The least elements of a window: with 9 turning a tile round took longer than its sums.</summary>
    private const int LeastTaps = 18;

    /// <summary>The most columns between the pixels of neighbouring windows.</summary>
    private const int MostStride = 4;

    private const int WeightsInput = 1;
    private const int BiasInput = 2;
    private const int ResidualInput = 3;

    private readonly Dictionary<Node, Node> _pictures = [];
    private readonly HashSet<Node> _inner = [];

    /// <summary>Finds the convolutions of a graph whose shapes are static.</summary>
    /// <param name="blocks">The chains that are lowered together; what they compute is left to them.</param>
    public static PlanarConvFusion Of(Graph graph, ConvBlockFusion blocks)
    {
        PlanarConvFusion fusion = new();
        foreach (Node conv in graph.Nodes)
        {
            if (!blocks.IsInner(conv) && Picture(graph, conv) is { } picture && Pays(conv))
            {
                fusion._pictures.Add(conv, picture);
                fusion._inner.Add(picture);
            }
        }

        return fusion;
    }

    /// <summary>True for a node that a convolution computes.</summary>
    public bool IsInner(Node node) => _inner.Contains(node);

    /// <summary>Lowers a convolution over planes; false for any other node.</summary>
    public bool TryLower(LoweringContext context)
    {
        Node conv = context.Node;
        if (!_pictures.TryGetValue(conv, out Node? picture))
        {
            return false;
        }

        ConvLiterals c = Literals(conv);
        Tensor weights = new(DType.F32, [PlanarConvPacking.PackedLength(c.OutC, c.InC, c.KernelH, c.KernelW)]);
        PlanarConvPacking.Pack(conv.Input(WeightsInput).Constant!.Span<float>(), weights.MutableSpan<float>(), c.OutC, c.InC, c.KernelH, c.KernelW);
        (Activation activation, float alpha, float beta) = ActivationReference.Of(conv.Attributes);
        int scratch = PlanarConv.ScratchLength(c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.DilationH, c.DilationW);
        context.Call(
            "PlanarConv.F32", c.Macs,
            [
                ("x", context.OperandOf(picture.Input(0))), ("w", context.Weights(weights)), ("bias", conv.InputOrNull(BiasInput) is { } bias ? context.OperandOf(bias) : null),
                ("y", context.Output()), ("scratch", context.Scratch(DType.F32, scratch)), .. c.PlanarArguments(), ("activation", activation), ("alpha", alpha), ("beta", beta),
            ]);
        context.Steps[^1] = context.Steps[^1] with { Others = [picture] };
        return true;
    }

    /// <summary>The node that interleaves planes for this convolution alone.</summary>
    private static Node? Picture(Graph graph, Node conv) =>
        conv.Op is NhwcConv && conv.Input(0) is { Producer: { Op: Ops.Shapes.Transpose } picture, Type.Shape.Rank: 4 } image && conv.Input(WeightsInput).IsConstant
        && image.Consumers.Count == 1 && !graph.IsOutput(image) && conv.InputOrNull(ResidualInput) is null
        && picture.Attributes.GetInts("perm") is [0, 2, 3, 1] ? picture : null;

    private static bool Pays(Node conv)
    {
        ConvLiterals c = Literals(conv);
        return c is { Groups: 1, InC: <= MostPlanes, OutC: <= MostOutputs, StrideW: <= MostStride, OutW: >= PlanarConv.LeastWidth }
            && c.OutC % PlanarConvPacking.ChannelsTogether == 0 && c.InC * c.KernelH * c.KernelW is >= LeastTaps and <= PlanarConv.MostTaps;
    }

    private static ConvLiterals Literals(Node node) =>
        ConvLiterals.Of(node, node.Input(0).Type.Shape!.ToArray(), node.Input(WeightsInput).Type.Shape!.ToArray(), node.Output.Type.Shape!.ToArray());
}
