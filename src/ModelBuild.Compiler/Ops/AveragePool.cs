using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX AveragePool-19: the mean of each window, with or without the padding in the count.</summary>
public sealed class AveragePool : PoolOp
{
    /// <inheritdoc/>
    public override string OpType => "AveragePool";

    /// <inheritdoc/>
    protected override double Pool(Node node, ReadOnlySpan<double> plane, ReadOnlySpan<int> taps, int padded)
    {
        double sum = 0;
        int count = 0;
        foreach (int tap in taps)
        {
            sum += tap >= 0 ? plane[tap] : 0;
            count += tap >= 0 ? 1 : 0;
        }

        return sum / (node.Attributes.GetInt("count_include_pad", 0) != 0 ? padded : count);
    }
}
