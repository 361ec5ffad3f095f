using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The elements of even and of odd places, for kernels of stride 2.</summary>
internal static unsafe class EvenOdd
{
    /// <summary>Takes elements apart.</summary>
    /// <param name="x">The pairs.</param>
    /// <param name="even">Receives the first element of each.</param>
    /// <param name="odd">Receives the second.</param>
    /// <param name="count">The number of pairs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void TakeApart(float* x, float* even, float* odd, int count)
    {
        int i = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<int> evens = Vector512<int>.Indices * 2;
            Vector512<int> odds = evens + Vector512<int>.One;
            while (i + 16 <= count)
            {
                Vector512<float> low = Vector512.Load(x + (2 * i));
                Vector512<float> high = Vector512.Load(x + (2 * i) + 16);
                Avx512F.PermuteVar16x32x2(low, evens, high).Store(even + i);
                Avx512F.PermuteVar16x32x2(low, odds, high).Store(odd + i);
                i += 16;

                // The last ones are done twice where their number is no multiple.
                i = i < count ? Math.Min(i, count - 16) : i;
            }
        }

        if (Sse.IsSupported || AdvSimd.Arm64.IsSupported)
        {
            for (; i + 4 <= count; i += 4)
            {
                Vector128<float> low = Vector128.Load(x + (2 * i));
                Vector128<float> high = Vector128.Load(x + (2 * i) + 4);
                (Sse.IsSupported ? Sse.Shuffle(low, high, 0b10_00_10_00) : AdvSimd.Arm64.UnzipEven(low, high)).Store(even + i);
                (Sse.IsSupported ? Sse.Shuffle(low, high, 0b11_01_11_01) : AdvSimd.Arm64.UnzipOdd(low, high)).Store(odd + i);
            }
        }

        for (; i < count; i++)
        {
            even[i] = x[2 * i];
            odd[i] = x[(2 * i) + 1];
        }
    }
}
