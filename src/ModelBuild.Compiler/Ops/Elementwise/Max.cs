namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The largest; NaN where there is one (ONNX Max 13).</summary>
internal sealed class Max : VariadicNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Max";

    private protected override string Kernel => "Max";

    private protected override T Invoke<T>(T a, T b) => T.Max(a, b);
}
