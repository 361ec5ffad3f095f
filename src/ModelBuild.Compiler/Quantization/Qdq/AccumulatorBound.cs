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
        int inner = 1;
        for (int i = linear.Axis + 1; i < weights.Rank; i++)
        {
            inner *= (int)weights.Dims[i];
        }

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

    /// <summary>Quantises the weights again with given scales.</summary>
    public static (Tensor Weights, float[] Scales) Requantize(LinearNode linear, float[] scales)
    {
        ReadOnlySpan<float> values = linear.Weights.Span<float>();
        Tensor quantized = new(DType.I8, linear.Weights.Dims);
        Span<sbyte> target = quantized.MutableSpan<sbyte>();
        int inner = 1;
        for (int i = linear.Axis + 1; i < linear.Weights.Rank; i++)
        {
            inner *= (int)linear.Weights.Dims[i];
        }

        for (int i = 0; i < values.Length; i++)
        {
            target[i] = (sbyte)Math.Clamp(MathF.Round(values[i] / scales[i / inner % scales.Length], MidpointRounding.ToEven), -127, 127);
        }

        return (quantized, scales);
    }
}
