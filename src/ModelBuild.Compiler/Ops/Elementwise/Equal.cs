namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Whether a equals b (ONNX Equal 19).</summary>
internal sealed class Equal : ComparisonOp
{
    /// <inheritdoc/>
    public override string OpType => "Equal";

    private protected override bool TakesBool => true;

    private protected override bool TakesStrings => true;

    private protected override bool Invoke<T>(T a, T b) => a == b;
}
