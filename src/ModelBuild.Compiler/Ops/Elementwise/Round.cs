using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The nearest integer, halves to even (ONNX Round 11).</summary>
internal sealed class Round : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Round";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Round(x, MidpointRounding.ToEven);

    private protected override string Kernel(AttributeMap attributes) => "Unary.RoundF32";
}
