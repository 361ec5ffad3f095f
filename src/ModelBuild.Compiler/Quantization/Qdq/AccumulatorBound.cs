using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization.Qdq;

/// <summary>Keeps |bias| plus the largest possible sum of products within 32 bits, per channel, by widening a weight scale where a bias would overflow.</summary>
internal static class AccumulatorBound
{
    private const double Largest = int.MaxValue;

    /// <summary>Widens scales in place until every accumulator fits.</summary>
    public static void Widen(Tensor weights, LinearNode linear, float[] scales, float[] bias, QuantParams input)
    {
        ReadOnlySpan<sbyte> values = weights.Span<sbyte>();
        double[] sums = new double[scales.Length];
        int inner = WeightQuantizer.ElementsBehind(weights, linear.Axis);
        int reach = Math.Max(input.ZeroPoint, 255 - input.ZeroPoint);
        for (int i = 0; i < values.Length; i++)
        {
            sums[i / inner % scales.Length] += Math.Abs((int)values[i]) * reach;
        }

        for (int c = 0; c < scales.Length; c++)
        {
            double real = Math.Abs(bias[bias.Length == 1 ? 0 : c]);
            while ((real / ((double)input.Scale * scales[c])) + sums[c] >= Largest)
            {
                scales[c] *= 2;
            }
        }
    }
}
