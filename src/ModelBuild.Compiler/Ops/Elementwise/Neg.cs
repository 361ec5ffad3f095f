using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>-x; the smallest integer is its own (ONNX Neg 13).</summary>
internal sealed class Neg : UnaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Neg";

    private protected override bool Takes(DType type) => DTypes.IsFloat(type) || type is DType.I8 or DType.I16 or DType.I32 or DType.I64;

    private protected override T Invoke<T>(T x) => unchecked(-x);

    private protected override void Call(ILoweringContext context, Operand x)
    {
        context.Call(x.DType == DType.F32 ? "Unary.NegF32" : "Unary.Neg", 0, ("x", x), ("y", context.Output()));
    }
}
