using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The sine (ONNX Sin 7).</summary>
internal sealed class Sin : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Sin";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Sin(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.SinF32";
}
