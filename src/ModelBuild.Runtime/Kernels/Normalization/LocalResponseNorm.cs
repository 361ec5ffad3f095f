using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Local response normalisation over neighbouring channels (ONNX LRN 13).</summary>
public static class LocalResponseNorm
{
    /// <summary>
    /// y = x / (bias + alpha / size * sum of squares)^beta; the sum runs over channels c - floor((size - 1) / 2) to c + ceil((size - 1) / 2).
    /// </summary>
    /// <param name="x">The operand [rows, channels].</param>
    /// <param name="y">The result; must not overlap <paramref name="x"/>.</param>
    /// <param name="rows">The positions of all images.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="size">The number of channels summed.</param>
    /// <param name="alpha">The scale of the sum.</param>
    /// <param name="beta">The exponent.</param>
    /// <param name="bias">The term added to the sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(ReadOnlySpan<float> x, Span<float> y, int rows, int channels, int size, float alpha, float beta, float bias)
    {
        Throw.IfShorter(x.Length, (long)rows * channels, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * channels, nameof(y));
        int before = (size - 1) / 2;
        int after = size - 1 - before;
        float factor = alpha / size;
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> source = x.Slice(r * channels, channels);
            Span<float> result = y.Slice(r * channels, channels);
            for (int c = 0; c < channels; c++)
            {
                float sum = 0f;
                int last = Math.Min(channels - 1, c + after);
                for (int k = Math.Max(0, c - before); k <= last; k++)
                {
                    sum = MathF.FusedMultiplyAdd(source[k], source[k], sum);
                }

                float denominator = MathF.FusedMultiplyAdd(factor, sum, bias);
                float power = beta == 0.75f ? MathF.Sqrt(denominator) * MathF.Sqrt(MathF.Sqrt(denominator)) : MathF.Pow(denominator, beta);
                result[c] = source[c] / power;
            }
        }
    }
}
