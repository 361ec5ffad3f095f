namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The sum of magnitudes; integers wrap (ONNX ReduceL1 18).</summary>
public sealed class ReduceL1 : ReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ReduceL1";

    private protected override string Kernel => "L1";

    private protected override bool IsComposite => true;

    private protected override double Reduce(ReadOnlySpan<double> values)
    {
        double result = 0;
        foreach (double value in values)
        {
            result = result + Math.Abs(value);
        }

        return result;
    }

    private protected override T Reduce<T>(ReadOnlySpan<T> values)
    {
        T result = T.Zero;
        foreach (T value in values)
        {
            result = unchecked(result + (T.IsNegative(value) ? -value : value));
        }

        return result;
    }
}
