using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The remainder with the sign of b, or with fmod=1 that of a; an integer remainder by 0 is 0 (ONNX Mod 13).</summary>
internal sealed class Mod : BinaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Mod";

    private protected override BroadcastLowering.Forms Forms => BroadcastLowering.Forms.Same | BroadcastLowering.Forms.RightScalar | BroadcastLowering.Forms.LeftScalar;

    private protected override string Kernel(AttributeMap attributes) => attributes.GetInt("fmod", 0) != 0 ? "FMod" : "Mod";

    private protected override void CheckAttributes(Node node, DType type)
    {
        if (DTypes.IsFloat(type) && node.Attributes.GetInt("fmod", 0) == 0)
        {
            throw NodeErrors.Attribute(node, "fmod", "0", "Floating-point elements need fmod=1.");
        }
    }

    private protected override T Invoke<T>(T a, T b, AttributeMap attributes) => attributes.GetInt("fmod", 0) != 0 ? IntegerMath.Remainder(a, b) : IntegerMath.Modulo(a, b);
}
