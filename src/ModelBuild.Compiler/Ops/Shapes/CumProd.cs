namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Running products along an axis (ONNX CumProd 26).</summary>
public sealed class CumProd : CumulativeOp
{
    /// <inheritdoc/>
    public override string OpType => "CumProd";

    private protected override T Identity<T>() => T.One;

    private protected override T Combine<T>(T total, T next) => unchecked(total * next);
}
