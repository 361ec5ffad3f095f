namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Running sums along an axis (ONNX CumSum 14).</summary>
public sealed class CumSum : CumulativeOp
{
    /// <inheritdoc/>
    public override string OpType => "CumSum";

    private protected override T Identity<T>() => T.Zero;

    private protected override T Combine<T>(T total, T next) => unchecked(total + next);
}
