using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The sizes of a tensor, or some of them (ONNX Shape 21).</summary>
public sealed class ShapeOp : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Shape";

    private protected override int MinInputs => 1;

    /// <summary>First axis and number of axes that a node asks for.</summary>
    internal static (int Start, int Count) RangeOf(Node node, int rank)
    {
        int start = Clamp(node.Attributes.GetInt("start", 0), rank);
        int end = Clamp(node.Attributes.GetInt("end", rank), rank);
        return (start, Math.Max(0, end - start));
    }

    private protected override void Infer(InferenceContext context) =>
        context.SetOutput(0, DType.I64, new Shape(context.Shape(0) is { } shape ? (Dim)RangeOf(context.Node, shape.Rank).Count : Dim.Unknown));

    private protected override Tensor[] Compute(EvaluationContext context) => [Sizes(context.Node, context.Input(0).Dims)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => FixedResult.Copy(context, Sizes(context.Node, context.InputDims(0)));

    private static Tensor Sizes(Node node, ReadOnlySpan<long> dims)
    {
        (int start, int count) = RangeOf(node, dims.Length);
        return Tensor.Vector(dims.Slice(start, count));
    }

    private static int Clamp(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);
}
