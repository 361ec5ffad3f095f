namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The sum; integers wrap (ONNX ReduceSum 13).</summary>
public sealed class ReduceSum : ReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ReduceSum";

    private protected override string Kernel => "Sum";

    private protected override double Reduce(ReadOnlySpan<double> values)
    {
        double result = 0;
        foreach (double value in values)
        {
            result = result + value;
        }

        return result;
    }

    private protected override T Reduce<T>(ReadOnlySpan<T> values)
    {
        T result = T.Zero;
        foreach (T value in values)
        {
            result = unchecked(result + value);
        }

        return result;
    }
}
