namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Whether a is at least b (ONNX GreaterOrEqual 16).</summary>
internal sealed class GreaterOrEqual : ComparisonOp
{
    /// <inheritdoc/>
    public override string OpType => "GreaterOrEqual";

    private protected override bool Invoke<T>(T a, T b) => a >= b;
}
