using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>
/// ONNX MatMulInteger-10 and ConvInteger-10: the int32 sums of products of 8-bit integers less their zero points. Padding holds the zero point.
/// With constant weights it is lowered through the fused forms IntegerGemm and IntegerConv, int8 input as uint8 that is 128 larger; other products of matrices are written with int32 operators, other convolutions with binary32 ones that are exact.
/// </summary>
/// <param name="opType">Operator name.</param>
/// <param name="inner">Conv or MatMul.</param>
public sealed class IntegerLinearOp(string opType, Op inner) : Op, IComposedOp
{
    /// <inheritdoc/>
    public bool ExpandsWhenOptimized => false;

    /// <inheritdoc/>
    public override string OpType => opType;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 4);
        for (int i = 0; i < 2; i++)
        {
            if (context.Input(i).DType is not (DType.U8 or DType.I8 or DType.Undefined))
            {
                throw NodeErrors.Type(context.Node, $"multiplies {context.Input(i).DType}; int8 and uint8 are defined.");
            }
        }

        Graph graph = new(context.Node.Graph.Operators);
        Value[] inputs = [.. Enumerable.Range(0, 2).Select(i => graph.AddInput($"x{i}", new TensorType(DType.F32, context.Shape(i))))];
        Node node = graph.AddNode("", inner.OpType, context.Node.Name, inputs, ["y"], context.Attributes.Clone());
        inner.InferTypes(new InferenceContext(node));
        context.SetOutput(0, DType.I32, node.Output.Type.Shape);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor[] inputs = [Shifted(context, 0), Shifted(context, 1)];
        Tensor y = inner.Evaluate(new EvaluationContext(context.Node, inputs, context.Cancellation))[0];
        return [Tensor.Create<int>([.. y.ToDoubleArray().Select(v => unchecked((int)(long)v))], y.Dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) =>
        throw NodeErrors.Type(
            context.Node, $"multiplies {context.Node.Input(0).Type} by {context.Node.Input(1).Type}; constant weights over one or two spatial axes have a kernel, and so have others with up to {IntegerConvolution.MaxDepth} products in a sum. Set Runtime=\"onnxruntime\" for others.");

    /// <inheritdoc/>
    public bool CanExpand(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Input(0).Type is { DType: not DType.Undefined, Shape: not null } && node.Input(1).Type.DType != DType.Undefined && (HasFusedForm(node) ? node.Input(0).Type.DType == DType.I8 : inner is MatMul || IntegerConvolution.CanWrite(node));
    }

    /// <inheritdoc/>
    public void Expand(Graph graph, Node node)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        PartsBuilder parts = new(graph, node, node.Inputs);
        Value y = HasFusedForm(node)
            ? parts.Add(node.OpType, [Raised(parts, parts.Input(0)), parts.Input(1), Raised(parts, parts.InputOrNull(2) ?? parts.Constant(Tensor.Scalar((sbyte)0))), parts.InputOrNull(3)], node.Attributes.Clone())
            : inner is Conv ? IntegerConvolution.Write(parts, Centered(parts, 0), Centered(parts, 1)) : parts.Add("MatMul", [Centered(parts, 0), Centered(parts, 1)]);
        graph.ReplaceUses(node.Output, y);
        graph.Remove(node);
    }

    // What FuseIntegerLinear takes, once the input is unsigned.
    private bool HasFusedForm(Node node) =>
        node.Input(1).Constant is { } weights && (inner is Conv ? weights.Rank is 3 or 4 : weights.Rank == 2) && node.Input(0).Type.Shape is { Rank: > 1 }
        && node.InputOrNull(2)?.Type.Shape is null or { IsStatic: true, ElementCount: 1 } && node.InputOrNull(3) is null or { IsConstant: true };

    // A signed value, or zero point, and the unsigned one that is 128 larger have the same differences.
    private static Value Raised(PartsBuilder parts, Value x) =>
        parts.Cast(parts.Add("Add", [parts.Cast(x, DType.I32), parts.Constant(Tensor.Scalar(128))]), DType.U8);

    // An operand less its zero point, in int32. One zero point per row of the left matrix is a column, one per filter lies along the first axis; one per column of the right matrix lies along its last axis already.
    private Value Centered(PartsBuilder parts, int index)
    {
        Value x = parts.Cast(parts.Input(index), DType.I32);
        if (parts.InputOrNull(index + 2) is not { } zero)
        {
            return x;
        }

        if (parts.ShapeOf(zero) is { Rank: 1 } shape && shape[0] != new Dim(1) && (index == 0 || inner is Conv))
        {
            zero = parts.Unsqueeze(zero, [.. Enumerable.Range(1, inner is Conv ? parts.ShapeOf(x).Rank - 1 : 1).Select(i => (long)i)]);
        }

        return parts.Add("Sub", [x, parts.Cast(zero, DType.I32)]);
    }

    private Tensor Shifted(EvaluationContext context, int index)
    {
        Tensor x = context.Input(index);
        if (context.InputOrNull(index + 2) is not { } zero)
        {
            return Tensor.Create<double>(x.ToDoubleArray(), x.Dims);
        }

        // One for each output channel of the filters, each row of the left matrix or each column of the right one; or already of a shape that is repeated.
        long[] dims = zero.Count == 1 ? [] : zero.Rank != 1 ? zero.Dims.ToArray() : inner is Conv ? [zero.Count, .. Enumerable.Repeat(1L, x.Rank - 1)] : index == 0 ? [zero.Count, 1] : [zero.Count];
        bool fits = dims.Length <= x.Rank && dims.Select((d, i) => d == 1 || d == x.Dims[x.Rank - dims.Length + i]).All(f => f) && !(inner is Conv && index == 0 && zero.Count > 1);
        if (!fits)
        {
            throw NodeErrors.Shape(context.Node, $"zero points {zero.Type.Shape} do not fit the operand {x.Type.Shape}.");
        }

        long[] zeros = zero.ToInt64Array();
        int[] positions = Broadcasting.Positions(dims, x.Dims);
        return Tensor.Create<double>([.. x.ToInt64Array().Select((v, i) => (double)(v - zeros[positions[i]]))], x.Dims);
    }
}
