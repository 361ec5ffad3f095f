using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The next integer below (ONNX Floor 13).</summary>
internal sealed class Floor : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Floor";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Floor(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.FloorF32";
}
