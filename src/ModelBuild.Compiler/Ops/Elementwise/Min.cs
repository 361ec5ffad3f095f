namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The smallest; NaN where there is one (ONNX Min 13).</summary>
internal sealed class Min : VariadicNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Min";

    private protected override string Kernel => "Min";

    private protected override T Invoke<T>(T a, T b) => T.Min(a, b);
}
