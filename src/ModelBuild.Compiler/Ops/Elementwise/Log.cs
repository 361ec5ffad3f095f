using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The natural logarithm (ONNX Log 13).</summary>
internal sealed class Log : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Log";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Log(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.LogF32";
}
