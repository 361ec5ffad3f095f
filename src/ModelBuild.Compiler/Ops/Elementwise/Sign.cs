using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>1, -1, or x itself where x is zero or NaN (ONNX Sign 13).</summary>
internal sealed class Sign : UnaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Sign";

    private protected override T Invoke<T>(T x) => T.IsZero(x) || T.IsNaN(x) ? x : T.IsNegative(x) ? -T.One : T.One;

    private protected override void Call(ILoweringContext context, Operand x)
    {
        context.Call(x.DType == DType.F32 ? "Unary.SignF32" : "Unary.Sign", 0, ("x", x), ("y", context.Output()));
    }
}
