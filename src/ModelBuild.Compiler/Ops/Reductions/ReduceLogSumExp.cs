namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The logarithm of the sum of exponentials, without overflow (ONNX ReduceLogSumExp 18).</summary>
public sealed class ReduceLogSumExp : ReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ReduceLogSumExp";

    private protected override string Kernel => "LogSumExpF32";

    private protected override bool IsComposite => true;

    private protected override bool IsF32Kernel => true;

    private protected override double Reduce(ReadOnlySpan<double> values)
    {
        double max = double.NegativeInfinity;
        foreach (double value in values)
        {
            max = Math.Max(max, value);
        }

        double shift = double.IsFinite(max) ? max : 0;
        double sum = 0;
        foreach (double value in values)
        {
            sum += Math.Exp(value - shift);
        }

        return Math.Log(sum) + shift;
    }
}
