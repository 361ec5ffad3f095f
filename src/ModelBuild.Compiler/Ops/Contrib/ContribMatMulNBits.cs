using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>
/// MatMulNBits of com.microsoft: a [..., K] times weights of 2, 4 or 8 bits, quantised in blocks along K for each of N columns. The weights stay packed in the plan; the kernel unpacks them in registers.
/// Elements that belong to blocks out of order, and those of 2 bits, are first packed anew (<see cref="NBitsRepacking"/>).
/// </summary>
internal sealed class ContribMatMulNBits : CheckedOp, IComposedOp
{
    private const int Groups = 4;
    private const int Bias = 5;

    /// <inheritdoc/>
    public bool ExpandsWhenOptimized => false;

    /// <inheritdoc/>
    public override string OpType => "MatMulNBits";

    /// <inheritdoc/>
    public override string? Limits => "Weights, scales and zero points are constants.";

    /// <inheritdoc/>
    public override string Domain => ContribOp.DomainName;

    private protected override int MinInputs => 3;

    private protected override int MaxInputs => 6;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        BlockQuantization blocks = BlockQuantization.Of(node);
        DType type = context.Input(0).DType;
        ElementTypes.Require(node, 0, type, DTypes.IsFloat, "floating-point elements");
        ElementTypes.Require(node, 1, context.Input(1).DType, t => t == DType.U8, "uint8 elements");
        _ = ElementTypes.Same(node, type, context.Input(2).DType);
        if (context.HasInput(Groups))
        {
            ElementTypes.Require(node, Groups, context.Input(Groups).DType, static t => t == DType.I32, "int32 elements");
            if (context.Shape(Groups) is { IsStatic: true } groups && groups.ElementCount != blocks.Depth && groups.ElementCount != (long)blocks.PerColumn * blocks.Length)
            {
                throw NodeErrors.Shape(node, $"g_idx {groups} must have {blocks.Depth} elements.");
            }
        }

        Shape? a = context.Shape(0);
        if (a is not null && (a.Rank == 0 || (a[a.Rank - 1].IsKnown && a[a.Rank - 1].Value != blocks.Depth)))
        {
            throw NodeErrors.Shape(node, $"the operand {a} must end with an axis of {blocks.Depth}.");
        }

        blocks.Check(node, [.. Enumerable.Range(1, 3).Select(i => context.HasInput(i) ? context.Input(i) : null)]);
        context.SetOutput(0, type, a?.With(a.Rank - 1, blocks.Columns));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        BlockQuantization blocks = BlockQuantization.Of(node);
        Tensor a = context.Input(0);
        double[] values = a.ToDoubleArray();
        byte[] packed = context.Input(1).Bytes.ToArray();
        double[] scales = context.Input(2).ToDoubleArray();
        double[] zeros = blocks.ZeroPoints(context.InputOrNull(3));
        int[]? groups = context.InputOrNull(Groups) is { } given ? NBitsRepacking.Groups(node, blocks, given) : null;
        double[]? bias = context.InputOrNull(Bias)?.ToDoubleArray();
        int rows = a.Count / Math.Max(1, blocks.Depth);
        double[] y = new double[rows * blocks.Columns];
        for (int column = 0; column < blocks.Columns; column++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            for (int k = 0; k < blocks.Depth; k++)
            {
                int block = (column * blocks.PerColumn) + (k / blocks.Length);
                int group = groups is null ? block : (column * blocks.PerColumn) + groups[k];
                double weight = (blocks.Level(packed, block, k % blocks.Length) - zeros[group]) * scales[group];
                for (int row = 0; row < rows; row++)
                {
                    y[(row * blocks.Columns) + column] += values[(row * blocks.Depth) + k] * weight;
                }
            }

            for (int row = 0; row < rows && bias is not null; row++)
            {
                y[(row * blocks.Columns) + column] += bias[column];
            }
        }

        return [FloatTensors.FromDouble(node, a.DType, y, [.. a.Dims[..^1], blocks.Columns])];
    }

    /// <inheritdoc/>
    public bool CanExpand(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        bool isPlain = node.InputOrNull(Groups) is null && node.Attributes.GetInt("bits", 4) != 2;
        return !isPlain && new[] { 1, 2, 3, Groups }.All(i => node.InputOrNull(i) is null or { IsConstant: true });
    }

    /// <inheritdoc/>
    public void Expand(Graph graph, Node node)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        graph.ReplaceUses(node.Output, NBitsRepacking.Write(new PartsBuilder(graph, node, node.Inputs)));
        graph.Remove(node);
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        BlockQuantization blocks = BlockQuantization.Of(node);
        ElementTypes.RequireF32Kernel(node, context.Input(0).DType);
        if (node.InputOrNull(Groups) is not null)
        {
            _ = Constant(context, Groups);
        }

        Tensor weights = Constant(context, 1);
        Tensor scales = Constant(context, 2);
        Operand? offsets = null;
        if (node.InputOrNull(3) is not null)
        {
            double[] zeros = blocks.ZeroPoints(Constant(context, 3));
            offsets = context.Weights(Tensor.Vector<float>([.. scales.ToDoubleArray().Select((s, i) => (float)(s * zeros[i]))]));
        }

        int rows = Literals.Int(node, context.Input(0).Count / Math.Max(1, blocks.Depth));
        if (rows * blocks.Columns == 0)
        {
            return;
        }

        context.Call(
            "MatMulNBits.F32",
            (long)rows * blocks.Columns * blocks.Depth,
            ("a", context.Input(0)),
            ("weights", context.Weights(weights)),
            ("scales", context.Weights(scales)),
            ("offsets", offsets),
            ("bias", context.InputOrNull(Bias)),
            ("y", context.Output()),
            ("scratch", context.Scratch(DType.F32, Kernels.MatMulNBits.ScratchLength(rows, blocks.Depth, blocks.Length))),
            ("m", rows),
            ("n", blocks.Columns),
            ("k", blocks.Depth),
            ("blockLength", blocks.Length),
            ("bits", blocks.Bits));
    }

    private static Tensor Constant(ILoweringContext context, int input) =>
        context.Constant(input) ?? throw NodeErrors.Attribute(context.Node, $"input {input}", "computed", "Weights, scales and zero points must be constants. Set Runtime=\"onnxruntime\" for others.");
}
