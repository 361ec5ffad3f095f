using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>a shifted by b bits; 0 from the width of the type on (ONNX BitShift 11).</summary>
internal sealed class BitShift : BinaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "BitShift";

    private protected override BroadcastLowering.Forms Forms => BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar | BroadcastLowering.Forms.LeftScalar;

    private protected override string Kernel(AttributeMap attributes) => attributes.GetString("direction", "") == "LEFT" ? "ShiftLeft" : "ShiftRight";

    private protected override bool Takes(DType type) => type is DType.U8 or DType.U16 or DType.U32 or DType.U64;

    private protected override void CheckAttributes(Node node, DType type)
    {
        string direction = node.Attributes.GetString("direction", "");
        if (direction is not ("LEFT" or "RIGHT"))
        {
            throw NodeErrors.Attribute(node, "direction", direction, "It must be LEFT or RIGHT.");
        }
    }

    private protected override T Invoke<T>(T a, T b, AttributeMap attributes) => IntegerMath.Shift(a, b, attributes.GetString("direction", "") == "LEFT");
}
