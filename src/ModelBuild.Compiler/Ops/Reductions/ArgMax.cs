namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The index of the largest element (ONNX ArgMax 13).</summary>
public sealed class ArgMax : ArgReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ArgMax";

    private protected override bool IsBetter<T>(T a, T b) => a > b;
}
