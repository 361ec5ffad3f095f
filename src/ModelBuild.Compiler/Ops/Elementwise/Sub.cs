using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>a - b; integers wrap (ONNX Sub 14).</summary>
internal sealed class Sub : BinaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Sub";

    private protected override BroadcastLowering.Forms Forms => BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar | BroadcastLowering.Forms.LeftScalar;

    private protected override T Invoke<T>(T a, T b, AttributeMap attributes) => unchecked(a - b);
}
