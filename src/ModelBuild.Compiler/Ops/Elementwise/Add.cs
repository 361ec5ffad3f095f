using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>a + b; integers wrap (ONNX Add 14).</summary>
internal sealed class Add : BinaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Add";

    private protected override BroadcastLowering.Forms Forms => BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar | BroadcastLowering.Forms.Commutative;

    private protected override T Invoke<T>(T a, T b, AttributeMap attributes) => unchecked(a + b);
}
