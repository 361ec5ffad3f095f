using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The bitwise complement (ONNX BitwiseNot 18).</summary>
internal sealed class BitwiseNot : UnaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "BitwiseNot";

    private protected override bool Takes(DType type) => ElementTypes.IsInteger(type);

    private protected override T Invoke<T>(T x) => T.CreateTruncating(~ulong.CreateTruncating(x));

    private protected override void Call(ILoweringContext context, Operand x) =>
        context.Call("Unary.BitwiseNot", 0, ("x", x), ("y", context.Output()));
}
