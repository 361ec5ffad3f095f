namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The sum of squares; integers wrap (ONNX ReduceSumSquare 18).</summary>
public sealed class ReduceSumSquare : ReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ReduceSumSquare";

    private protected override string Kernel => "SumSquare";

    private protected override bool IsComposite => true;

    private protected override double Reduce(ReadOnlySpan<double> values)
    {
        double result = 0;
        foreach (double value in values)
        {
            result = result + (value * value);
        }

        return result;
    }

    private protected override T Reduce<T>(ReadOnlySpan<T> values)
    {
        T result = T.Zero;
        foreach (T value in values)
        {
            result = unchecked(result + (value * value));
        }

        return result;
    }
}
