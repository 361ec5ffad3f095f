namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The index of the smallest element (ONNX ArgMin 13).</summary>
public sealed class ArgMin : ArgReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ArgMin";

    private protected override bool IsBetter<T>(T a, T b) => a < b;
}
