namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Whether a is below b (ONNX Less 13).</summary>
internal sealed class Less : ComparisonOp
{
    /// <inheritdoc/>
    public override string OpType => "Less";

    private protected override bool Invoke<T>(T a, T b) => a < b;
}
