using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Planning;

/// <summary>
/// Chains of convolutions, as in the blocks of MobileNetV2, and of a convolution and a pool, that are computed by bands of rows (<see cref="ConvBlock"/>,
/// <see cref="ConvPool"/>) because what lies between them does not fit the second-level cache.
/// </summary>
internal sealed class ConvBlockFusion
{
    /// <summary>The least elements of the image behind the first convolution: a second-level cache of 1 MB. Below it bands were not faster.</summary>
    private const long LeastInner = 256 * 1024;

    /// <summary>The elements that a band may hold: 384 KB, beside the weights and the image.</summary>
    private const long BandElements = 96 * 1024;

    /// <summary>The most weights of the convolutions beside the depthwise one, which every band reads again.</summary>
    private const long MostWeights = 32 * 1024;

    /// <summary>With fewer rows the lines that bands share cost more than the cache gives.</summary>
    private const int LeastRows = 2;

    /// <summary>With shorter lines the tiles of a band are too few.</summary>
    private const int LeastColumns = 8;

    private const int WeightsInput = 1;
    private const int BiasInput = 2;
    private const int ResidualInput = 3;

    private readonly Dictionary<Node, (BandedConv Expand, Node Depthwise)> _blocks = [];
    private readonly Dictionary<Node, BandedConv> _pools = [];
    private readonly HashSet<Node> _inner = [];

    /// <summary>Finds the chains of a graph whose shapes are static.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="allowsWinograd">True where convolutions may be computed by minimal filtering.</param>
    public static ConvBlockFusion Of(Graph graph, bool allowsWinograd)
    {
        ConvBlockFusion fusion = new();

        // Of chains that share a convolution the one whose middle is larger gains more.
        foreach (Chain chain in graph.Nodes.Select(n => Find(graph, n, allowsWinograd)).OfType<Chain>().OrderByDescending(c => c.Elements))
        {
            fusion.Add(chain);
        }

        return fusion;
    }

    /// <summary>True for a node that the last of its chain computes.</summary>
    public bool IsInner(Node node) => _inner.Contains(node);

    /// <summary>Lowers a chain at its last node; false for any other node.</summary>
    public bool TryLower(LoweringContext context)
    {
        if (_pools.TryGetValue(context.Node, out BandedConv? pooled))
        {
            LowerPool(context, pooled);
            return true;
        }

        Node project = context.Node;
        if (!_blocks.TryGetValue(project, out (BandedConv Expand, Node Depthwise) block))
        {
            return false;
        }

        ConvLiterals first = block.Expand.Sizes;
        ConvLiterals second = BandedConv.SizesOf(block.Depthwise);
        ConvLiterals third = BandedConv.SizesOf(project);
        int rows = BandRows(second.OutH, second.KernelH, second.StrideH, second.InW * second.InC, second.OutW * second.InC);
        Tensor depthwiseWeights = new(DType.F32, [DepthwiseConvPacking.PackedLength(second.InC, second.KernelH, second.KernelW)]);
        DepthwiseConvPacking.Pack(block.Depthwise.Input(WeightsInput).Constant!.Span<float>(), depthwiseWeights.MutableSpan<float>(), second.InC, second.KernelH, second.KernelW);
        Tensor projectWeights = new(DType.F32, [ConvPacking.PackedLength(third.OutC, third.InC, 1, 1, 1)]);
        ConvPacking.Pack(project.Input(WeightsInput).Constant!.Span<float>(), projectWeights.MutableSpan<float>(), third.OutC, third.InC, 1, 1, 1);
        (Activation expand, float expandAlpha, float expandBeta) = ActivationReference.Of(block.Expand.Node.Attributes);
        (Activation depthwise, float depthwiseAlpha, float depthwiseBeta) = ActivationReference.Of(block.Depthwise.Attributes);
        (Activation activation, float alpha, float beta) = ActivationReference.Of(project.Attributes);
        (int kernelH, int kernelW, int strideH, int strideW, int padTop, int padLeft) = block.Expand.Window;
        int scratch = ConvBlock.ScratchLength(
            first.InH, first.InW, first.InC, first.OutH, first.OutW, first.OutC, second.OutW, kernelH, kernelW, strideH, strideW, padTop, padLeft, block.Expand.Neighbours,
            second.KernelH, second.StrideH, rows);
        context.Call(
            "ConvBlock.F32", first.Macs + second.Macs + third.Macs,
            ("x", context.OperandOf(block.Expand.Node.Input(0))), ("expandW", block.Expand.Weights(context)), ("expandBias", block.Expand.Bias(context)),
            ("depthwiseW", context.Weights(depthwiseWeights)), ("depthwiseBias", Optional(context, block.Depthwise, BiasInput)),
            ("projectW", context.Weights(projectWeights)), ("projectBias", Optional(context, project, BiasInput)),
            ("residual", Optional(context, project, ResidualInput)), ("y", context.Output()), ("scratch", context.Scratch(DType.F32, scratch)),
            ("inH", first.InH), ("inW", first.InW), ("inC", first.InC), ("innerH", first.OutH), ("innerW", first.OutW), ("innerC", first.OutC), ("outH", third.OutH), ("outW", third.OutW), ("outC", third.OutC),
            ("expandKernelH", kernelH), ("expandKernelW", kernelW), ("expandStrideH", strideH), ("expandStrideW", strideW), ("expandPadTop", padTop), ("expandPadLeft", padLeft),
            ("neighbours", block.Expand.Neighbours), ("kernelH", second.KernelH), ("kernelW", second.KernelW), ("strideH", second.StrideH), ("strideW", second.StrideW), ("padTop", second.PadTop), ("padLeft", second.PadLeft),
            ("bandRows", rows), ("expandActivation", expand), ("expandAlpha", expandAlpha), ("expandBeta", expandBeta),
            ("depthwiseActivation", depthwise), ("depthwiseAlpha", depthwiseAlpha), ("depthwiseBeta", depthwiseBeta),
            ("activation", activation), ("alpha", alpha), ("beta", beta));
        context.Steps[^1] = context.Steps[^1] with { Others = [block.Expand.Node, block.Depthwise] };
        return true;
    }

    private static Operand? Optional(LoweringContext context, Node node, int input) => node.InputOrNull(input) is { } value ? context.OperandOf(value) : null;

    /// <summary>The node whose result only <paramref name="node"/> reads, as its image; null where there is none.</summary>
    private static Node? Inner(Graph graph, Node node) =>
        node.Input(0) is { Producer: { } producer } image && image.Consumers.Count == 1 && !graph.IsOutput(image) && node.InputOrNull(ResidualInput) != image ? producer : null;

    private static bool Pays(BandedConv expand, ConvLiterals depthwise, ConvLiterals project) =>
        depthwise is { IsDepthwise: true, Batch: 1, DilationH: 1, DilationW: 1 } && project.IsProduct
        && expand.WeightCount + ((long)project.InC * project.OutC) <= MostWeights
        && IsLarge(depthwise.InH, depthwise.InW, depthwise.InC, depthwise.OutH, depthwise.OutW, depthwise.KernelH, depthwise.StrideH, depthwise.PadTop, depthwise.OutW * depthwise.InC);

    private static bool Pays(BandedConv conv, PoolSizes pool) =>
        conv.WeightCount <= MostWeights
        && IsLarge(conv.Sizes.OutH, conv.Sizes.OutW, conv.Sizes.OutC, pool.OutH, pool.OutW, pool.KernelH, pool.StrideH, pool.PadTop, 0);

    private static bool IsLarge(int inH, int inW, int channels, int outH, int outW, int kernelH, int strideH, int padTop, int outLine) =>
        padTop < kernelH && ((outH - 1) * strideH) - padTop < inH && Math.Min(inW, outW) >= LeastColumns && (long)inH * inW * channels >= LeastInner
        && BandRows(outH, kernelH, strideH, inW * channels, outLine) >= Math.Min(LeastRows, outH);

    /// <summary>The rows of the result whose band, with the lines that they read, fits.</summary>
    private static int BandRows(int outH, int kernelH, int strideH, long inLine, long outLine)
    {
        long rows = (BandElements - ((kernelH - strideH) * inLine)) / ((strideH * inLine) + outLine);
        return (int)Math.Clamp(rows, 1, outH);
    }

    private static void LowerPool(LoweringContext context, BandedConv conv)
    {
        PoolSizes pool = PoolSizes.Of(context.Node);
        ConvLiterals c = conv.Sizes;
        (int kernelH, int kernelW, int strideH, int strideW, int padTop, int padLeft) = conv.Window;
        (Activation activation, float alpha, float beta) = ActivationReference.Of(conv.Node.Attributes);
        int rows = BandRows(pool.OutH, pool.KernelH, pool.StrideH, (long)c.OutW * c.OutC, 0);
        int scratch = ConvPool.ScratchLength(
            c.InH, c.InW, c.InC, c.OutH, c.OutW, c.OutC, kernelH, kernelW, strideH, strideW, padTop, padLeft, conv.Neighbours, pool.KernelH, pool.StrideH, rows);
        context.Call(
            "ConvPool.MaxF32", c.Macs,
            ("x", context.OperandOf(conv.Node.Input(0))), ("w", conv.Weights(context)), ("bias", conv.Bias(context)), ("y", context.Output()), ("scratch", context.Scratch(DType.F32, scratch)),
            ("inH", c.InH), ("inW", c.InW), ("inC", c.InC), ("innerH", c.OutH), ("innerW", c.OutW), ("channels", c.OutC), ("outH", pool.OutH), ("outW", pool.OutW),
            ("kernelH", kernelH), ("kernelW", kernelW), ("strideH", strideH), ("strideW", strideW), ("padTop", padTop), ("padLeft", padLeft), ("neighbours", conv.Neighbours),
            ("poolH", pool.KernelH), ("poolW", pool.KernelW), ("poolStrideH", pool.StrideH), ("poolStrideW", pool.StrideW), ("poolPadTop", pool.PadTop), ("poolPadLeft", pool.PadLeft),
            ("bandRows", rows), ("activation", activation), ("alpha", alpha), ("beta", beta));
        context.Steps[^1] = context.Steps[^1] with { Others = [conv.Node] };
    }

    /// <summary>The chain that ends with a node and pays; null where there is none.</summary>
    private static Chain? Find(Graph graph, Node last, bool allowsWinograd)
    {
        if (last.Op is NhwcPool { OpType: "MaxPool" })
        {
            return PoolSizes.IsPlane(last) && Inner(graph, last) is { } conv && BandedConv.Of(conv, allowsWinograd) is { } pooled && Pays(pooled, PoolSizes.Of(last))
                ? new Chain(pooled, null, last) : null;
        }

        return BandedConv.IsConv(last) && Inner(graph, last) is { } depthwise && BandedConv.IsConv(depthwise) && depthwise.InputOrNull(ResidualInput) is null
            && Inner(graph, depthwise) is { } start && BandedConv.Of(start, allowsWinograd) is { } expand
            && Pays(expand, BandedConv.SizesOf(depthwise), BandedConv.SizesOf(last)) && BandedConv.IsDense(BandedConv.SizesOf(last), last)
            ? new Chain(expand, depthwise, last) : null;
    }

    /// <summary>Adds a chain whose nodes are in no other.</summary>
    private void Add(Chain chain)
    {
        if (_inner.Contains(chain.Last) || _inner.Contains(chain.First.Node) || _blocks.ContainsKey(chain.First.Node))
        {
            return;
        }

        _inner.Add(chain.First.Node);
        if (chain.Depthwise is null)
        {
            _pools.Add(chain.Last, chain.First);
            return;
        }

        _blocks.Add(chain.Last, (chain.First, chain.Depthwise));
        _inner.Add(chain.Depthwise);
    }

    private sealed record Chain(BandedConv First, Node? Depthwise, Node Last)
    {
        /// <summary>The elements of its middle.</summary>
        public long Elements => ((long)First.Sizes.OutH * First.Sizes.OutW * First.Sizes.OutC) + (Depthwise?.Output.Type.Shape!.ElementCount ?? 0);
    }
}
