namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Whether a is above b (ONNX Greater 13).</summary>
internal sealed class Greater : ComparisonOp
{
    /// <inheritdoc/>
    public override string OpType => "Greater";

    private protected override bool Invoke<T>(T a, T b) => a > b;
}
