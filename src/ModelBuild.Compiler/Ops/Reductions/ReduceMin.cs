namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The smallest element, NaN where there is one; of none the largest value (ONNX ReduceMin 20).</summary>
public sealed class ReduceMin : ReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ReduceMin";

    private protected override string Kernel => "Min";

    private protected override bool TakesBool => true;

    private protected override double Reduce(ReadOnlySpan<double> values)
    {
        double result = double.PositiveInfinity;
        foreach (double value in values)
        {
            result = Math.Min(result, value);
        }

        return result;
    }

    private protected override T Reduce<T>(ReadOnlySpan<T> values)
    {
        T result = T.MaxValue;
        foreach (T value in values)
        {
            result = T.Min(result, value);
        }

        return result;
    }
}
