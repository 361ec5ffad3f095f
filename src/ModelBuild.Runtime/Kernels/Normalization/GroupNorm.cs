using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Normalisation of groups of channels of an image (ONNX GroupNormalization 21, InstanceNormalization 22).</summary>
public static unsafe class GroupNorm
{
    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * scale + bias with the mean and the biased variance of each group of channels of an image.</summary>
    /// <param name="x">The operand [batch, spatial, channels].</param>
    /// <param name="scale">[channels], or empty for 1.</param>
    /// <param name="bias">[channels], or empty for 0.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="spatial">The positions.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="groups">The number of groups, a divisor of the channels; equal to the channels for InstanceNormalization.</param>
    /// <param name="epsilon">Added to the variance.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NhwcF32(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, Span<float> y,
        int batch, int spatial, int channels, int groups, float epsilon)
    {
        long count = (long)batch * spatial * channels;
        Throw.IfShorter(x.Length, count, nameof(x));
        Throw.IfShorter(y.Length, count, nameof(y));
        Throw.IfPresentAndShorter(scale.Length, channels, nameof(scale));
        Throw.IfPresentAndShorter(bias.Length, channels, nameof(bias));
        if (groups <= 0 || channels % groups != 0)
        {
            Throw.OutOfRange(nameof(groups), groups, "The number of groups must divide the number of channels.");
        }

        int width = channels / groups;
        fixed (float* px = x)
        fixed (float* py = y)
        {
            for (nint n = 0; n < batch; n++)
            {
                float* source = px + (n * spatial * channels);
                float* result = py + (n * spatial * channels);
                for (int first = 0; first < channels; first += width)
                {
                    (double mean, double variance) = Statistics(source + first, spatial, channels, width);
                    double inverse = 1 / Math.Sqrt(variance + epsilon);
                    for (int c = first; c < first + width; c++)
                    {
                        float factor = (float)(inverse * (scale.IsEmpty ? 1f : scale[c]));
                        float center = (float)mean;
                        float shift = bias.IsEmpty ? 0f : bias[c];
                        for (nint s = 0; s < spatial; s++)
                        {
                            result[(s * channels) + c] = MathF.FusedMultiplyAdd(source[(s * channels) + c] - center, factor, shift);
                        }
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Mean, double Variance) Statistics(float* x, int rows, int stride, int width)
    {
        double sum = 0;
        for (nint r = 0; r < rows; r++)
        {
            for (int c = 0; c < width; c++)
            {
                sum += x[(r * stride) + c];
            }
        }

        double count = (double)rows * width;
        double mean = sum / count;
        double squares = 0;
        for (nint r = 0; r < rows; r++)
        {
            for (int c = 0; c < width; c++)
            {
                double distance = x[(r * stride) + c] - mean;
                squares += distance * distance;
            }
        }

        return (mean, squares / count);
    }
}
