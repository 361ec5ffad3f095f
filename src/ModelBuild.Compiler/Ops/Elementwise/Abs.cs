using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The magnitude; the smallest integer is its own (ONNX Abs 13).</summary>
internal sealed class Abs : UnaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Abs";

    private protected override T Invoke<T>(T x) => T.IsNegative(x) ? unchecked(-x) : x;

    private protected override void Call(ILoweringContext context, Operand x)
    {
        context.Call(x.DType == DType.F32 ? "Unary.AbsF32" : "Unary.Abs", 0, ("x", x), ("y", context.Output()));
    }
}
