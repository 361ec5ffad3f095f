using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>
/// ONNX MatMulInteger-10 and ConvInteger-10: the int32 sums of products of 8-bit integers less their zero points. Padding holds the zero point.
/// With uint8 input and constant weights it is lowered through the fused forms IntegerGemm and IntegerConv; other products of matrices are written with int32 operators.
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
            context.Node, $"multiplies {context.Node.Input(0).Type} by {context.Node.Input(1).Type}; uint8 by constant int8 or uint8 weights (a matrix, or two spatial axes) has a kernel. Set Runtime=\"onnxruntime\" for others.");

    /// <inheritdoc/>
    public bool CanExpand(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        bool isFused = node.Input(0).Type.DType == DType.U8 && node.Input(1).Constant is { Rank: 2 } && node.Input(0).Type.Shape is { Rank: > 1 };
        bool hasPlainZero = node.InputOrNull(2)?.Type.Shape is null or { IsStatic: true, ElementCount: 1 };
        return inner is MatMul && !isFused && hasPlainZero && node.Input(0).Type.DType != DType.Undefined && node.Input(1).Type.DType != DType.Undefined;
    }

    /// <inheritdoc/>
    public void Expand(Graph graph, Node node)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        PartsBuilder parts = new(graph, node, node.Inputs);
        graph.ReplaceUses(node.Output, parts.Add("MatMul", [Centered(parts, 0), Centered(parts, 1)]));
        graph.Remove(node);
    }

    // An operand less its zero point, in int32. One zero point per column of the right matrix lies along its last axis already.
    private static Value Centered(PartsBuilder parts, int index)
    {
        Value x = parts.Cast(parts.Input(index), DType.I32);
        return parts.InputOrNull(index + 2) is { } zero ? parts.Add("Sub", [x, parts.Cast(zero, DType.I32)]) : x;
    }

    private Tensor Shifted(EvaluationContext context, int index)
    {
        Tensor x = context.Input(index);
        long[] zeros = context.InputOrNull(index + 2)?.ToInt64Array() ?? [0];
        int axis = inner is Conv ? 0 : x.Rank - 1;
        int after = Axes.Product(x.Dims[(axis + 1)..]);
        return zeros.Length == 1 || (index == 1 && x.Dims[axis] == zeros.Length)
            ? Tensor.Create<double>([.. x.ToInt64Array().Select((v, i) => (double)(v - zeros[zeros.Length == 1 ? 0 : i / after % zeros.Length]))], x.Dims)
            : throw NodeErrors.Attribute(context.Node, $"zero point {index}", $"{context.Input(index + 2)}", "One zero point, or one per output channel of the weights, is supported.");
    }
}
