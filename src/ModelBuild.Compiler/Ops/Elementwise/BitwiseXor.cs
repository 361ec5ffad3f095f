using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Bitwise exclusive or (ONNX BitwiseXor 18).</summary>
internal sealed class BitwiseXor : BinaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "BitwiseXor";

    private protected override BroadcastLowering.Forms Forms => BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar | BroadcastLowering.Forms.Commutative;

    private protected override bool Takes(DType type) => ElementTypes.IsInteger(type);

    private protected override T Invoke<T>(T a, T b, AttributeMap attributes) => T.CreateTruncating(ulong.CreateTruncating(a) ^ ulong.CreateTruncating(b));
}
