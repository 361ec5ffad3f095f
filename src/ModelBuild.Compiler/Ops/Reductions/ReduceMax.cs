namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The largest element, NaN where there is one; of none the smallest value (ONNX ReduceMax 20).</summary>
public sealed class ReduceMax : ReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ReduceMax";

    private protected override string Kernel => "Max";

    private protected override bool TakesBool => true;

    private protected override double Reduce(ReadOnlySpan<double> values)
    {
        double result = double.NegativeInfinity;
        foreach (double value in values)
        {
            result = Math.Max(result, value);
        }

        return result;
    }

    private protected override T Reduce<T>(ReadOnlySpan<T> values)
    {
        T result = T.MinValue;
        foreach (T value in values)
        {
            result = T.Max(result, value);
        }

        return result;
    }
}
