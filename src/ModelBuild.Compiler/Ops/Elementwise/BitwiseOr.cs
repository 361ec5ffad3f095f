using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Bitwise or (ONNX BitwiseOr 18).</summary>
internal sealed class BitwiseOr : BinaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "BitwiseOr";

    private protected override BroadcastLowering.Forms Forms => BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar | BroadcastLowering.Forms.Commutative;

    private protected override bool Takes(DType type) => ElementTypes.IsInteger(type);

    private protected override T Invoke<T>(T a, T b, AttributeMap attributes) => T.CreateTruncating(ulong.CreateTruncating(a) | ulong.CreateTruncating(b));
}
