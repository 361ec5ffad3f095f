using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Ones on a diagonal, zeros elsewhere, in the shape of the input (ONNX EyeLike 9).</summary>
public sealed class EyeLike : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "EyeLike";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        if (context.Shape(0) is { Rank: not 2 } shape)
        {
            throw NodeErrors.Shape(context.Node, $"{shape} is no matrix.");
        }

        context.SetOutput(0, TypeOf(context.Node, context.Input(0).DType), context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context) => [Eye(context.Node, context.Input(0).DType, context.Input(0).Dims)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => FixedResult.Copy(context, Eye(context.Node, context.Input(0).DType, context.InputDims(0)));

    private static DType TypeOf(Node node, DType input)
    {
        long type = node.Attributes.GetInt("dtype", (long)input);
        return (DType)type == DType.Undefined || ElementTypes.IsNumeric((DType)type) || (DType)type == DType.Bool ? (DType)type : throw NodeErrors.Attribute(node, "dtype", $"{type}", "It must be a number type or bool.");
    }

    private static Tensor Eye(Node node, DType input, ReadOnlySpan<long> dims)
    {
        if (dims.Length != 2)
        {
            throw NodeErrors.Shape(node, $"rank {dims.Length} is no matrix.");
        }

        DType type = TypeOf(node, input);
        Tensor y = Results.Allocate(node, type, dims);
        Tensor one = Elementwise.CastConversion.Run(node, Tensor.Scalar(1f), type);
        long k = node.Attributes.GetInt("k", 0);
        for (long row = 0; row < dims[0]; row++)
        {
            Int128 column = (Int128)row + k;
            if (column >= 0 && column < dims[1])
            {
                Elements.Copy(one, 0, y, (row * dims[1]) + (long)column);
            }
        }

        return y;
    }
}
