using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Whether an element is not a number (ONNX IsNaN 20).</summary>
internal sealed class IsNaN : FloatTestOp
{
    /// <inheritdoc/>
    public override string OpType => "IsNaN";

    private protected override Func<double, bool> Function(AttributeMap attributes) => double.IsNaN;
}
