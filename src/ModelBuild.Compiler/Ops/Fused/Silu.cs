using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>x * sigmoid(x) in one pass over memory, where no product before it could apply it.</summary>
internal sealed class Silu : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Silu";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => x / (1 + Math.Exp(-x));

    private protected override string Kernel(AttributeMap attributes) => "Unary.SiluF32";
}
