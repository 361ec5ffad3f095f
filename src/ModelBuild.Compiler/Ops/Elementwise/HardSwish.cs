using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>x * max(0, min(1, x / 6 + 0.5)) (ONNX HardSwish 14).</summary>
internal sealed class HardSwish : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "HardSwish";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => x * Math.Max(0, Math.Min(1, (x / 6) + 0.5));

    private protected override string Kernel(AttributeMap attributes) => "Unary.HardSwishF32";
}
