namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Whether at least one is true (ONNX Or 7).</summary>
internal sealed class Or : LogicalOp
{
    /// <inheritdoc/>
    public override string OpType => "Or";

    private protected override bool Invoke(bool a, bool b) => a | b;
}
