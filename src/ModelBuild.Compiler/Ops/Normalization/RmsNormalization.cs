using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Normalization;

/// <summary>ONNX RMSNormalization-23: mean square 1.</summary>
public sealed class RmsNormalization : TrailingNormalization
{
    /// <inheritdoc/>
    public override string OpType => "RMSNormalization";

    private protected override void Normalize(Span<double> values, int length, double epsilon) => RowStatistics.NormalizeSquares(values, length, epsilon);

    private protected override void Call(ILoweringContext context, Operand scale, Operand? bias, int rows, int length, float epsilon) =>
        context.Call("LayerNorm.RmsF32", 0, ("x", context.Input(0)), ("scale", scale), ("y", context.Output()), ("rows", rows), ("length", length), ("epsilon", epsilon));
}
