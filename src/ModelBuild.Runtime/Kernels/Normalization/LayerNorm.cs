using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Normalisation of rows (ONNX LayerNormalization 17, RMSNormalization 23, LpNormalization 22).</summary>
public static unsafe class LayerNorm
{
    /// <summary>What an element costs in times of moving its bytes: a row is read four times.</summary>
    private const long Cost = 6;

    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * scale + bias per row; the variance is the biased one, computed in two passes.</summary>
    /// <param name="x">The rows [rows, length].</param>
    /// <param name="scale">[length], or empty for 1.</param>
    /// <param name="bias">[length], or empty for 0.</param>
    /// <param name="y">The result [rows, length]; may be <paramref name="x"/>.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="length">The elements of a row.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static void F32(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, Span<float> y, int rows, int length, float epsilon) =>
        Run(x, scale, bias, y, rows, length, epsilon, center: true);

    /// <summary>The mean of each row and the factor 1 / sqrt(variance + epsilon).</summary>
    /// <param name="x">The rows [rows, length].</param>
    /// <param name="mean">[rows], or empty where it is not wanted.</param>
    /// <param name="inverseDeviation">[rows], or empty where it is not wanted.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="length">The elements of a row.</param>
    /// <param name="epsilon">Added to the variance.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StatisticsF32(ReadOnlySpan<float> x, Span<float> mean, Span<float> inverseDeviation, int rows, int length, float epsilon)
    {
        Throw.IfShorter(x.Length, (long)rows * length, nameof(x));
        Throw.IfPresentAndShorter(mean.Length, rows, nameof(mean));
        Throw.IfPresentAndShorter(inverseDeviation.Length, rows, nameof(inverseDeviation));
        fixed (float* px = x)
        {
            for (int r = 0; r < rows; r++)
            {
                float* source = px + ((nint)r * length);
                float center = Normalize.Mean(source, length);
                if (!mean.IsEmpty)
                {
                    mean[r] = center;
                }

                if (!inverseDeviation.IsEmpty)
                {
                    inverseDeviation[r] = 1f / MathF.Sqrt(Normalize.Variance(source, length, center) + epsilon);
                }
            }
        }
    }

    /// <summary>y = x / sqrt(mean(x * x) + epsilon) * scale per row.</summary>
    /// <param name="x">The rows [rows, length].</param>
    /// <param name="scale">[length], or empty for 1.</param>
    /// <param name="y">The result [rows, length]; may be <paramref name="x"/>.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="length">The elements of a row.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    public static void RmsF32(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, Span<float> y, int rows, int length, float epsilon) =>
        Run(x, scale, default, y, rows, length, epsilon, center: false);

    /// <summary>x divided by its p-norm over the middle axis of [outer, axisLength, inner]; a norm of 0 gives 0.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axisLength">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <param name="p">The order of the norm, 1 or 2.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LpF32(ReadOnlySpan<float> x, Span<float> y, int outer, int axisLength, int inner, int p)
    {
        long count = (long)outer * axisLength * inner;
        Throw.IfShorter(x.Length, count, nameof(x));
        Throw.IfShorter(y.Length, count, nameof(y));
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int offset = (o * axisLength * inner) + i;
                double sum = 0;
                for (int k = 0; k < axisLength; k++)
                {
                    double value = x[offset + (k * inner)];
                    sum += p == 1 ? Math.Abs(value) : value * value;
                }

                double factor = sum == 0 ? 0 : 1 / (p == 1 ? sum : Math.Sqrt(sum));
                for (int k = 0; k < axisLength; k++)
                {
                    y[offset + (k * inner)] = (float)(x[offset + (k * inner)] * factor);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, Span<float> y, int rows, int length, float epsilon, bool center)
    {
        Throw.IfShorter(x.Length, (long)rows * length, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * length, nameof(y));
        Throw.IfPresentAndShorter(scale.Length, length, nameof(scale));
        Throw.IfPresentAndShorter(bias.Length, length, nameof(bias));
        fixed (float* px = x)
        fixed (float* py = y)
        fixed (float* ps = scale)
        fixed (float* pb = bias)
        {
            var shared = new Rows(px, ps, pb, py, length, epsilon, center);
            long work = Cost * rows * length * sizeof(float);
            if (ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, shared, rows, 1, work);
            }
            else
            {
                shared.Run(0, rows);
            }
        }
    }

    private readonly struct Rows(float* x, float* scale, float* bias, float* y, int length, float epsilon, bool center) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            for (nint r = first; r < end; r++)
            {
                float* source = x + (r * length);
                float* result = y + (r * length);
                if (center)
                {
                    float mean = Normalize.Mean(source, length);
                    float variance = Normalize.Variance(source, length, mean);
                    Normalize.Center(source, result, length, mean, 1f / MathF.Sqrt(variance + epsilon));
                }
                else
                {
                    Normalize.Apply(source, result, length, 1f / MathF.Sqrt(Normalize.MeanSquare(source, length) + epsilon), 0f);
                }

                Normalize.ScaleAndShift(result, scale, bias, length);
            }
        }
    }
}
