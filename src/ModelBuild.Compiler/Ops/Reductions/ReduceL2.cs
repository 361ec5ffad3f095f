namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The square root of the sum of squares (ONNX ReduceL2 18).</summary>
public sealed class ReduceL2 : ReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ReduceL2";

    private protected override string Kernel => "L2F32";

    private protected override bool IsComposite => true;

    private protected override bool IsF32Kernel => true;

    private protected override double Reduce(ReadOnlySpan<double> values)
    {
        double result = 0;
        foreach (double value in values)
        {
            result = result + (value * value);
        }

        return Math.Sqrt(result);
    }
}
