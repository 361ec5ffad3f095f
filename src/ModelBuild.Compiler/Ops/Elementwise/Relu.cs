using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>max(0, x) (ONNX Relu 14).</summary>
internal sealed class Relu : UnaryNumericOp
{
    /// <inheritdoc/>
    public override string OpType => "Relu";

    private protected override bool Takes(DType type) => DTypes.IsFloat(type) || type is DType.I8 or DType.I16 or DType.I32 or DType.I64;

    private protected override T Invoke<T>(T x) => x < T.Zero ? T.Zero : x;

    private protected override void Call(ILoweringContext context, Operand x)
    {
        if (x.DType == DType.F32)
        {
            context.Call("Unary.ReluF32", 0, ("x", x), ("y", context.Output()));
            return;
        }

        Operand zero = context.Weights(new Tensor(x.DType, []));
        context.Call("Binary.MaxScalar", 0, ("a", x), ("b", zero), ("y", context.Output()));
    }
}
