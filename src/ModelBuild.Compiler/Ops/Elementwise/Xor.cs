namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Whether exactly one is true (ONNX Xor 7).</summary>
internal sealed class Xor : LogicalOp
{
    /// <inheritdoc/>
    public override string OpType => "Xor";

    private protected override bool Invoke(bool a, bool b) => a ^ b;
}
