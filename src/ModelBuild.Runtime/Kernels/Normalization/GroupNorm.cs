using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Normalisation of groups of channels of an image (ONNX GroupNormalization 21, InstanceNormalization 22).</summary>
public static unsafe class GroupNorm
{
    // Whole groups of at most so many channels are computed at once; a wider group by itself.
    private const int MaxChannels = 256;
    private const int Lanes = 8;

    // Floats of a cache line.
    private const int LineChannels = 16;

    // What an element costs in times of moving its bytes: it is read three times, twice as binary64.
    private const long Cost = 6;

    // A third of a first-level cache of 48 KB.
    private const int CachedElements = 4096;

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
            fixed (float* scalep = scale, biasp = bias)
            {
                var images = new Images(px, scalep, biasp, py, spatial, channels, groups, epsilon);
                long work = Cost * count * sizeof(float);
                if (ThreadTeam.For(work) is { } team)
                {
                    // Parts of one image share no cache line.
                    SharedRange.Run(team, images, (nint)batch * groups, Math.Max(1, LineChannels / width), work);
                }
                else
                {
                    images.Run(0, (nint)batch * groups);
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, float* y, int rows, int stride, int channels, int width, float epsilon)
    {
        double* means = stackalloc double[MaxChannels];
        double* squares = stackalloc double[MaxChannels];
        float* centers = stackalloc float[MaxChannels];
        float* factors = stackalloc float[MaxChannels];
        float* shifts = stackalloc float[MaxChannels];
        double count = (double)rows * width;
        for (int c = 0; c < channels; c++)
        {
            centers[c] = x[c / width * width];
        }

        Sums(x, rows, stride, channels, centers, means, squares);
        Share(means, channels, width, count);
        Share(squares, channels, width, count);
        for (int c = 0; c < channels; c++)
        {
            squares[c] = Math.Max(0, squares[c] - (means[c] * means[c]));
            centers[c] = (float)(centers[c] + means[c]);
            factors[c] = (float)(1 / Math.Sqrt(squares[c] + epsilon) * (scale.IsEmpty ? 1f : scale[c]));
            shifts[c] = bias.IsEmpty ? 0f : bias[c];
        }

        for (nint r = 0; r < rows; r++, x += stride, y += stride)
        {
            int c = 0;
            for (; c + Lanes <= channels; c += Lanes)
            {
                Vector256.FusedMultiplyAdd(Vector256.Load(x + c) - Vector256.Load(centers + c), Vector256.Load(factors + c), Vector256.Load(shifts + c)).Store(y + c);
            }

            for (; c < channels; c++)
            {
                y[c] = MathF.FusedMultiplyAdd(x[c] - centers[c], factors[c], shifts[c]);
            }
        }
    }

    /// <summary>Replaces the sum of each channel by the mean over its group.</summary>
    private static void Share(double* sums, int channels, int width, double count)
    {
        for (int first = 0; first < channels; first += width)
        {
            double sum = 0;
            for (int c = 0; c < width; c++)
            {
                sum += sums[first + c];
            }

            new Span<double>(sums + first, width).Fill(sum / count);
        }
    }

    /// <summary>
    /// Sums the distances from a value of each channel's group, and their squares, in one reading of the image. Rows go in blocks that stay in the first-level
    /// cache for all their channels.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sums(float* x, int rows, int stride, int channels, float* origins, double* sums, double* squares)
    {
        new Span<double>(sums, channels).Clear();
        new Span<double>(squares, channels).Clear();
        int blockRows = Math.Max(1, CachedElements / stride);
        for (int first = 0; first < rows; first += blockRows)
        {
            int count = Math.Min(blockRows, rows - first);
            int c = 0;
            for (; c + Lanes <= channels; c += Lanes)
            {
                Block(x + c, count, stride, Vector256.Load(origins + c), sums + c, squares + c);
            }

            for (; c < channels; c++)
            {
                for (nint r = 0; r < count; r++)
                {
                    double distance = (double)x[(r * stride) + c] - origins[c];
                    sums[c] += distance;
                    squares[c] += distance * distance;
                }
            }

            x += (nint)count * stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(float* x, int rows, int stride, Vector256<float> origins, double* sums, double* squares)
    {
        const int Half = Lanes / 2;
        (Vector256<double> lowOrigin, Vector256<double> highOrigin) = Vector256.Widen(origins);
        Vector256<double> lowSum = Vector256.Load(sums);
        Vector256<double> highSum = Vector256.Load(sums + Half);
        Vector256<double> lowSquares = Vector256.Load(squares);
        Vector256<double> highSquares = Vector256.Load(squares + Half);
        for (int r = 0; r < rows; r++)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Load(x));
            low -= lowOrigin;
            high -= highOrigin;
            lowSum += low;
            highSum += high;
            lowSquares += low * low;
            highSquares += high * high;
            x += stride;
        }

        lowSum.Store(sums);
        highSum.Store(sums + Half);
        lowSquares.Store(squares);
        highSquares.Store(squares + Half);
    }

    /// <summary>One group of many channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(float* x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, float* y, int rows, int stride, int width, float epsilon)
    {
        (double mean, double variance) = Statistics(x, rows, stride, width);
        double inverse = 1 / Math.Sqrt(variance + epsilon);
        float center = (float)mean;
        for (int c = 0; c < width; c++)
        {
            float factor = (float)(inverse * (scale.IsEmpty ? 1f : scale[c]));
            float shift = bias.IsEmpty ? 0f : bias[c];
            for (nint r = 0; r < rows; r++)
            {
                y[(r * stride) + c] = MathF.FusedMultiplyAdd(x[(r * stride) + c] - center, factor, shift);
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

    /// <summary>The groups of all images.</summary>
    private readonly struct Images(float* x, float* scale, float* bias, float* y, int spatial, int channels, int groups, float epsilon) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            int width = channels / groups;
            int together = width > MaxChannels ? 1 : MaxChannels / width;
            while (first < end)
            {
                nint image = first / groups;
                int group = (int)(first - (image * groups));
                int count = (int)Math.Min(Math.Min(together, groups - group), end - first);
                int channel = group * width;
                nint offset = (image * spatial * channels) + channel;
                ReadOnlySpan<float> factors = scale == null ? default : new ReadOnlySpan<float>(scale + channel, count * width);
                ReadOnlySpan<float> shifts = bias == null ? default : new ReadOnlySpan<float>(bias + channel, count * width);
                if (width > MaxChannels)
                {
                    Wide(x + offset, factors, shifts, y + offset, spatial, channels, width, epsilon);
                }
                else
                {
                    Narrow(x + offset, factors, shifts, y + offset, spatial, channels, count * width, width, epsilon);
                }

                first += count;
            }
        }
    }
}
