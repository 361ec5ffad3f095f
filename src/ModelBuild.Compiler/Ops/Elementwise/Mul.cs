using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>a * b; integers wrap (ONNX Mul 14).</summary>
internal sealed class Mul : BinaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Mul";

    private protected override BroadcastLowering.Forms Forms => BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar | BroadcastLowering.Forms.Commutative;

    private protected override T Invoke<T>(T a, T b, AttributeMap attributes) => unchecked(a * b);
}
