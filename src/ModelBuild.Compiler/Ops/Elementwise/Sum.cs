using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The sum (ONNX Sum 13).</summary>
internal sealed class Sum : VariadicNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Sum";

    private protected override string Kernel => "Add";

    private protected override bool Takes(DType type) => DTypes.IsFloat(type);

    private protected override T Invoke<T>(T a, T b) => unchecked(a + b);
}
