using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Interpolates a line of pixels along its columns: each result is a weighted sum of some pixels, added in order of the taps.</summary>
internal static unsafe class InterpolatedColumns
{
    /// <summary>From so many channels on a pixel is worth vectors.</summary>
    private const int VectorChannels = 4;

    /// <summary>y[c, :] = the sum over k of weight[c, k] * x[index[c, k], :]; a tap of weight 0 is not read.</summary>
    /// <param name="x">The line [.., channels].</param>
    /// <param name="index">[count, taps].</param>
    /// <param name="weight">[count, taps].</param>
    /// <param name="y">The result [count, channels].</param>
    /// <param name="count">The pixels of the result.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="taps">The pixels that are combined.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(float* x, int* index, float* weight, float* y, int count, int channels, int taps)
    {
        if (taps != 2)
        {
            Many(x, index, weight, y, count, channels, taps);
        }
        else if (channels == 1)
        {
            Single(x, index, weight, y, count);
        }
        else
        {
            Pairs(x, index, weight, y, count, channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Many(float* x, int* index, float* weight, float* y, int count, int channels, int taps)
    {
        for (int c = 0; c < count; c++, y += channels, index += taps, weight += taps)
        {
            bool isFirst = true;
            for (int k = 0; k < taps; k++)
            {
                if (weight[k] != 0f)
                {
                    ScaledSum.Run(x + ((nint)index[k] * channels), weight[k], y, channels, isFirst);
                    isFirst = false;
                }
            }

            if (isFirst)
            {
                new Span<float>(y, channels).Clear();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Single(float* x, int* index, float* weight, float* y, int count)
    {
        for (int c = 0; c < count; c++, index += 2, weight += 2)
        {
            float first = weight[0];
            float second = weight[1];
            float sum = first == 0f ? 0f : first * x[index[0]];
            y[c] = second == 0f ? sum : MathF.FusedMultiplyAdd(second, x[index[1]], sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Pairs(float* x, int* index, float* weight, float* y, int count, int channels)
    {
        for (int c = 0; c < count; c++, y += channels, index += 2, weight += 2)
        {
            if (weight[0] != 0f && weight[1] != 0f)
            {
                Pair(x + ((nint)index[0] * channels), weight[0], x + ((nint)index[1] * channels), weight[1], y, channels);
                continue;
            }

            int used = weight[0] != 0f ? 0 : 1;
            if (weight[used] == 0f)
            {
                new Span<float>(y, channels).Clear();
                continue;
            }

            ScaledSum.Run(x + ((nint)index[used] * channels), weight[used], y, channels, isFirst: true);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(float* a, float weightA, float* b, float weightB, float* y, nint channels)
    {
        nint i = 0;
        if (channels >= VectorChannels)
        {
            if (Avx512F.IsSupported)
            {
                Vector512<float> first = Vector512.Create(weightA);
                Vector512<float> second = Vector512.Create(weightB);
                for (; i + 16 <= channels; i += 16)
                {
                    Vector512.FusedMultiplyAdd(Vector512.Load(b + i), second, Vector512.Load(a + i) * first).Store(y + i);
                }
            }

            if (Vector256.IsHardwareAccelerated)
            {
                Vector256<float> first = Vector256.Create(weightA);
                Vector256<float> second = Vector256.Create(weightB);
                for (; i + 8 <= channels; i += 8)
                {
                    Vector256.FusedMultiplyAdd(Vector256.Load(b + i), second, Vector256.Load(a + i) * first).Store(y + i);
                }
            }

            for (; i + 4 <= channels; i += 4)
            {
                Vector128.FusedMultiplyAdd(Vector128.Load(b + i), Vector128.Create(weightB), Vector128.Load(a + i) * weightA).Store(y + i);
            }
        }

        for (; i < channels; i++)
        {
            y[i] = MathF.FusedMultiplyAdd(b[i], weightB, a[i] * weightA);
        }
    }
}
