namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The product; integers wrap (ONNX ReduceProd 18).</summary>
public sealed class ReduceProd : ReduceOp
{
    /// <inheritdoc/>
    public override string OpType => "ReduceProd";

    private protected override string Kernel => "Prod";

    private protected override double Reduce(ReadOnlySpan<double> values)
    {
        double result = 1;
        foreach (double value in values)
        {
            result = result * value;
        }

        return result;
    }

    private protected override T Reduce<T>(ReadOnlySpan<T> values)
    {
        T result = T.One;
        foreach (T value in values)
        {
            result = unchecked(result * value);
        }

        return result;
    }
}
