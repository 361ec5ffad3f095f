using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Planning;

/// <summary>
/// Chains of a 1x1 convolution, a depthwise one and a 1x1 one, as in the blocks of MobileNetV2, that are computed by bands of rows (<see cref="ConvBlock"/>)
/// because what lies between them does not fit the second-level cache.
/// </summary>
internal sealed class ConvBlockFusion
{
    /// <summary>The least elements of the image behind the first convolution: a second-level cache of 1 MB. Below it bands were not faster.</summary>
    private const long LeastInner = 256 * 1024;

    /// <summary>The elements that a band may hold: 384 KB, beside the weights and the image.</summary>
    private const long BandElements = 96 * 1024;

    /// <summary>The most weights of both 1x1 convolutions, which every band reads again.</summary>
    private const long MostWeights = 32 * 1024;

    /// <summary>With fewer rows the lines that bands share cost more than the cache gives.</summary>
    private const int LeastRows = 2;

    /// <summary>With shorter lines the tiles of a band are too few.</summary>
    private const int LeastColumns = 8;

    private const int WeightsInput = 1;
    private const int BiasInput = 2;
    private const int ResidualInput = 3;

    private readonly Dictionary<Node, (Node Expand, Node Depthwise)> _blocks = [];
    private readonly HashSet<Node> _inner = [];

    /// <summary>Finds the chains of a graph whose shapes are static.</summary>
    public static ConvBlockFusion Of(Graph graph)
    {
        ConvBlockFusion fusion = new();
        foreach (Node project in graph.Nodes)
        {
            if (Inner(graph, project) is { } depthwise && Inner(graph, depthwise) is { } expand && Pays(expand, depthwise, project))
            {
                fusion._blocks.Add(project, (expand, depthwise));
                fusion._inner.Add(expand);
                fusion._inner.Add(depthwise);
            }
        }

        return fusion;
    }

    /// <summary>True for a node that the last of its chain computes.</summary>
    public bool IsInner(Node node) => _inner.Contains(node);

    /// <summary>Lowers a chain at its last node; false for any other node.</summary>
    public bool TryLower(LoweringContext context)
    {
        Node project = context.Node;
        if (!_blocks.TryGetValue(project, out (Node Expand, Node Depthwise) block))
        {
            return false;
        }

        ConvLiterals first = Literals(block.Expand);
        ConvLiterals second = Literals(block.Depthwise);
        ConvLiterals third = Literals(project);
        int rows = BandRows(second);
        Tensor expandWeights = new(DType.F32, [ConvPacking.PackedLength(first.OutC, first.InC, 1, 1, 1)]);
        ConvPacking.Pack(block.Expand.Input(WeightsInput).Constant!.Span<float>(), expandWeights.MutableSpan<float>(), first.OutC, first.InC, 1, 1, 1);
        Tensor depthwiseWeights = new(DType.F32, [DepthwiseConvPacking.PackedLength(second.InC, second.KernelH, second.KernelW)]);
        DepthwiseConvPacking.Pack(block.Depthwise.Input(WeightsInput).Constant!.Span<float>(), depthwiseWeights.MutableSpan<float>(), second.InC, second.KernelH, second.KernelW);
        Tensor projectWeights = new(DType.F32, [ConvPacking.PackedLength(third.OutC, third.InC, 1, 1, 1)]);
        ConvPacking.Pack(project.Input(WeightsInput).Constant!.Span<float>(), projectWeights.MutableSpan<float>(), third.OutC, third.InC, 1, 1, 1);
        (Activation expand, float expandAlpha, float expandBeta) = ActivationReference.Of(block.Expand.Attributes);
        (Activation depthwise, float depthwiseAlpha, float depthwiseBeta) = ActivationReference.Of(block.Depthwise.Attributes);
        (Activation activation, float alpha, float beta) = ActivationReference.Of(project.Attributes);
        int scratch = ConvBlock.ScratchLength(first.InW, first.InH, second.InC, second.OutW, second.KernelH, second.StrideH, rows);
        context.Call(
            "ConvBlock.F32", first.Macs + second.Macs + third.Macs,
            ("x", context.OperandOf(block.Expand.Input(0))),
            ("expandW", context.Weights(expandWeights)), ("expandBias", Optional(context, block.Expand, BiasInput)),
            ("depthwiseW", context.Weights(depthwiseWeights)), ("depthwiseBias", Optional(context, block.Depthwise, BiasInput)),
            ("projectW", context.Weights(projectWeights)), ("projectBias", Optional(context, project, BiasInput)),
            ("residual", Optional(context, project, ResidualInput)), ("y", context.Output()), ("scratch", context.Scratch(DType.F32, scratch)),
            ("inH", first.InH), ("inW", first.InW), ("inC", first.InC), ("innerC", second.InC), ("outH", third.OutH), ("outW", third.OutW), ("outC", third.OutC),
            ("kernelH", second.KernelH), ("kernelW", second.KernelW), ("strideH", second.StrideH), ("strideW", second.StrideW), ("padTop", second.PadTop), ("padLeft", second.PadLeft),
            ("bandRows", rows), ("expandActivation", expand), ("expandAlpha", expandAlpha), ("expandBeta", expandBeta),
            ("depthwiseActivation", depthwise), ("depthwiseAlpha", depthwiseAlpha), ("depthwiseBeta", depthwiseBeta),
            ("activation", activation), ("alpha", alpha), ("beta", beta));
        context.Steps[^1] = context.Steps[^1] with { Others = [block.Expand, block.Depthwise] };
        return true;
    }

    private static Operand? Optional(LoweringContext context, Node node, int input) => node.InputOrNull(input) is { } value ? context.OperandOf(value) : null;

    /// <summary>The convolution whose result only <paramref name="node"/> reads, as its image; null where there is none.</summary>
    private static Node? Inner(Graph graph, Node node) =>
        IsConv(node) && node.Input(0) is { Producer: { } producer } image && IsConv(producer) && image.Consumers.Count == 1 && !graph.IsOutput(image) && node.InputOrNull(ResidualInput) != image
        && producer.InputOrNull(ResidualInput) is null ? producer : null;

    private static bool IsConv(Node node) => node.Op is NhwcConv && node.Input(0).Type.Shape is { Rank: 4 } && node.Input(WeightsInput).IsConstant;

    private static bool Pays(Node expand, Node depthwise, Node project)
    {
        ConvLiterals first = Literals(expand);
        ConvLiterals second = Literals(depthwise);
        ConvLiterals third = Literals(project);
        return IsDenseProduct(first, expand) && second is { IsDepthwise: true, Batch: 1, DilationH: 1, DilationW: 1 } && IsDenseProduct(third, project)
            && second.PadTop < second.KernelH && ((second.OutH - 1) * second.StrideH) - second.PadTop < second.InH
            && Math.Min(second.InW, second.OutW) >= LeastColumns
            && (long)second.InH * second.InW * second.InC >= LeastInner
            && ((long)first.InC + third.OutC) * second.InC <= MostWeights
            && BandRows(second) >= Math.Min(LeastRows, second.OutH);
    }

    // A kernel that leaves zeros out gains more than bands do.
    private static bool IsDenseProduct(ConvLiterals c, Node node) =>
        c.IsProduct
        && SparseCost.Choose(WeightPattern.Of(NhwcConv.MatrixWeights(node.Input(WeightsInput).Constant!), c.OutC, c.InC), (long)c.Batch * c.OutH * c.OutW) == ProductForm.Dense;

    /// <summary>The rows of the result whose band, with the lines that they read, fits.</summary>
    private static int BandRows(ConvLiterals depthwise)
    {
        long inLine = (long)depthwise.InW * depthwise.InC;
        long outLine = (long)depthwise.OutW * depthwise.InC;
        long rows = (BandElements - ((depthwise.KernelH - depthwise.StrideH) * inLine)) / ((depthwise.StrideH * inLine) + outLine);
        return (int)Math.Clamp(rows, 1, depthwise.OutH);
    }

    private static ConvLiterals Literals(Node node)
    {
        long[] x = node.Input(0).Type.Shape!.ToArray();
        long[] w = node.Input(WeightsInput).Type.Shape!.ToArray();
        long[] y = node.Output.Type.Shape!.ToArray();
        return ConvLiterals.Of(node, x, w, y);
    }
}
