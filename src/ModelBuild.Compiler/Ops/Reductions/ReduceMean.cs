namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The sum divided by the number of elements; integers truncate, and give 0 for an empty axis (ONNX ReduceMean 18).</summary>
public sealed class ReduceMean : ReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ReduceMean";

    private protected override string Kernel => "Mean";

    private protected override double Reduce(ReadOnlySpan<double> values)
    {
        double result = 0;
        foreach (double value in values)
        {
            result = result + value;
        }

        return result / values.Length;
    }

    private protected override T Reduce<T>(ReadOnlySpan<T> values)
    {
        T result = T.Zero;
        foreach (T value in values)
        {
            result = unchecked(result + value);
        }

        return Elementwise.IntegerMath.Divide(result, T.CreateTruncating(values.Length));
    }
}
