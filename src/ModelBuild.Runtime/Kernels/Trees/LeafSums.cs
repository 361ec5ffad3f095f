using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Sums of the values of leaves.</summary>
internal static unsafe class LeafSums
{
    /// <summary>Leaves that are added at once.</summary>
    public const int Leaves = 16;

    /// <summary>Adds the values of 16 leaves to the sums of one row.</summary>
    /// <param name="values">The values of all leaves [leaves][width].</param>
    /// <param name="width">Values of a leaf: 1 or a multiple of 4.</param>
    /// <param name="leaf">The numbers of the leaves.</param>
    /// <param name="stride">From one number of <paramref name="leaf"/> to the next.</param>
    /// <param name="sums">The first sum; <paramref name="width"/> of them are changed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(float* values, int width, int* leaf, int stride, float* sums)
    {
        if (width == 1)
        {
            float first = 0;
            float second = 0;
            float third = 0;
            float fourth = 0;
            for (int t = 0; t < Leaves; t += 4)
            {
                first += values[leaf[t * stride]];
                second += values[leaf[(t + 1) * stride]];
                third += values[leaf[(t + 2) * stride]];
                fourth += values[leaf[(t + 3) * stride]];
            }

            *sums += (first + second) + (third + fourth);
            return;
        }

        for (int k = 0; k < width; k += Vector128<float>.Count)
        {
            Vector128<float> even = Vector128.Load(sums + k);
            Vector128<float> odd = Vector128<float>.Zero;
            for (int t = 0; t < Leaves; t += 2)
            {
                even += Vector128.Load(values + ((nint)leaf[t * stride] * width) + k);
                odd += Vector128.Load(values + ((nint)leaf[(t + 1) * stride] * width) + k);
            }

            Vector128.Store(even + odd, sums + k);
        }
    }
}
