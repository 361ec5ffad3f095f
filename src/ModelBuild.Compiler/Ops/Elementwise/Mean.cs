using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The sum divided by the number of inputs (ONNX Mean 13).</summary>
internal sealed class Mean : VariadicNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Mean";

    private protected override string Kernel => "Add";

    private protected override bool IsMean => true;

    private protected override bool Takes(DType type) => DTypes.IsFloat(type);

    private protected override T Invoke<T>(T a, T b) => unchecked(a + b);
}
