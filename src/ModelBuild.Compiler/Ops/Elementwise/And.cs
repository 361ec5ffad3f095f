namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Whether both are true (ONNX And 7).</summary>
internal sealed class And : LogicalOp
{
    /// <inheritdoc/>
    public override string OpType => "And";

    private protected override bool Invoke(bool a, bool b) => a & b;
}
