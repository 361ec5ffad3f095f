using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>a / b; integers truncate toward zero, x / 0 is 0 (ONNX Div 14).</summary>
internal sealed class Div : BinaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Div";

    private protected override BroadcastLowering.Forms Forms => BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar | BroadcastLowering.Forms.LeftScalar;

    private protected override T Invoke<T>(T a, T b, AttributeMap attributes) => IntegerMath.Divide(a, b);
}
