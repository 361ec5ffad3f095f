namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The logarithm of the sum (ONNX ReduceLogSum 18).</summary>
public sealed class ReduceLogSum : ReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ReduceLogSum";

    private protected override string Kernel => "LogSumF32";

    private protected override bool IsComposite => true;

    private protected override bool IsF32Kernel => true;

    private protected override double Reduce(ReadOnlySpan<double> values)
    {
        double result = 0;
        foreach (double value in values)
        {
            result = result + value;
        }

        return Math.Log(result);
    }
}
