using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>a where a is at least 0, else a * b; the slope b broadcasts to a (ONNX PRelu 16).</summary>
internal sealed class PRelu : BinaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "PRelu";

    /// <inheritdoc/>
    public override bool BroadcastsInputs => false;

    private protected override BroadcastLowering.Forms Forms => BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar;

    private protected override void CheckShape(Node node, Shape? a, Shape? result)
    {
        if (a is not null && result is not null && (a.Rank != result.Rank || Enumerable.Range(0, a.Rank).Any(i => a[i].IsKnown && result[i].IsKnown && a[i] != result[i])))
        {
            throw NodeErrors.Shape(node, $"the slope does not broadcast to the shape {a} of the first input.");
        }
    }

    private protected override T Invoke<T>(T a, T b, AttributeMap attributes) => a < T.Zero ? unchecked(a * b) : a;
}
