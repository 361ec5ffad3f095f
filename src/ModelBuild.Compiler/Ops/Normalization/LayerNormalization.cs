using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Normalization;

/// <summary>ONNX LayerNormalization-17: mean 0 and variance 1; on request the mean and the factor of each row too.</summary>
public sealed class LayerNormalization : TrailingNormalization
{
    /// <inheritdoc/>
    public override string OpType => "LayerNormalization";

    private protected override int MaxInputs => 3;

    private protected override bool HasStatistics => true;

    private protected override void Normalize(Span<double> values, int length, double epsilon) => RowStatistics.Normalize(values, length, epsilon);

    private protected override void Call(ILoweringContext context, Operand scale, Operand? bias, int rows, int length, float epsilon) =>
        context.Call("LayerNorm.F32", 0, ("x", context.Input(0)), ("scale", scale), ("bias", bias), ("y", context.Output()), ("rows", rows), ("length", length), ("epsilon", epsilon));
}
