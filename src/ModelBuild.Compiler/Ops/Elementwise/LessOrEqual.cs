namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Whether a is at most b (ONNX LessOrEqual 16).</summary>
internal sealed class LessOrEqual : ComparisonOp
{
    /// <inheritdoc/>
    public override string OpType => "LessOrEqual";

    private protected override bool Invoke<T>(T a, T b) => a <= b;
}
