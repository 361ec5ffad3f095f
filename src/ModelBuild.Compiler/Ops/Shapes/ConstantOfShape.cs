using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>A tensor of one repeated value (ONNX ConstantOfShape 21).</summary>
public sealed class ConstantOfShape : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "ConstantOfShape";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context) =>
        context.SetOutput(0, ValueOf(context.Node).DType, ShapeValues.ShapeOf(context.Node, 0));

    private protected override Tensor[] Compute(EvaluationContext context) => [Fill(context.Node, Elements.Integers(context.Node, 0, context.Input(0)))];

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => ShapeValues.ShapeOf(node, 0) is { } shape ? [.. shape.Where(d => !d.IsKnown).Select(_ => new CountRange(0, null))] : null;

    /// <inheritdoc/>
    public string? CountKey(Node node, int size) => CountOrigin.Of(node.Input(0), ShapeValues.ShapeOf(node, 0)!.Index().Where(d => !d.Item.IsKnown).ElementAt(size).Index);

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        if (!context.IsCounted && !context.SizesVary)
        {
            FixedResult.Copy(context, Fill(context.Node, context.OutputDims()));
            return;
        }

        if (context.IsCounted)
        {
            foreach ((int size, int axis) in ShapeValues.ShapeOf(context.Node, 0)!.Index().Where(d => !d.Item.IsKnown).Select((d, i) => (i, d.Index)))
            {
                context.Count(size, "Counts.Element", ("x", context.Input(0)), ("index", axis));
            }
        }

        context.Call("Counts.Fill", 0, ("value", context.Weights(ValueOf(context.Node))), ("y", context.Output()));
    }

    private static Tensor Fill(Node node, ReadOnlySpan<long> dims)
    {
        Tensor value = ValueOf(node);
        Tensor y = Results.Allocate(node, value.DType, dims);
        Span<byte> bytes = y.MutableBytes();
        if (bytes.Length > 0)
        {
            int size = value.Bytes.Length;
            value.Bytes.CopyTo(bytes);
            for (int filled = size; filled < bytes.Length; filled *= 2)
            {
                bytes[..Math.Min(filled, bytes.Length - filled)].CopyTo(bytes[filled..]);
            }
        }

        return y;
    }

    private static Tensor ValueOf(Node node)
    {
        Tensor value = node.Attributes.TryGet("value", out TensorAttribute? attribute) ? attribute.Value : Tensor.Scalar(0f);
        return value.Count == 1 ? value : throw NodeErrors.Invalid(node, $"the value has {value.Count} elements; one is needed.");
    }
}
