using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Products and distances of two rows.</summary>
internal static class RowProducts
{
    /// <summary>The sum of the products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ref float x = ref MemoryMarshal.GetReference(a);
        ref float y = ref MemoryMarshal.GetReference(b);
        nuint i = 0;
        nuint length = (nuint)a.Length;
        float sum = 0;
        if (Vector512.IsHardwareAccelerated && length >= 16)
        {
            Vector512<float> total = Vector512<float>.Zero;
            for (; i + 16 <= length; i += 16)
            {
                total = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, i), Vector512.LoadUnsafe(ref y, i), total);
            }

            sum = Vector512.Sum(total);
        }
        else if (Vector256.IsHardwareAccelerated && length >= 8)
        {
            Vector256<float> total = Vector256<float>.Zero;
            for (; i + 8 <= length; i += 8)
            {
                total = NativeMath.MultiplyAdd(Vector256.LoadUnsafe(ref x, i), Vector256.LoadUnsafe(ref y, i), total);
            }

            sum = Vector256.Sum(total);
        }
        else if (Vector128.IsHardwareAccelerated && length >= 4)
        {
            Vector128<float> total = Vector128<float>.Zero;
            for (; i + 4 <= length; i += 4)
            {
                total = NativeMath.MultiplyAdd(Vector128.LoadUnsafe(ref x, i), Vector128.LoadUnsafe(ref y, i), total);
            }

            sum = Vector128.Sum(total);
        }

        for (; i < length; i++)
        {
            sum += Unsafe.Add(ref x, i) * Unsafe.Add(ref y, i);
        }

        return sum;
    }

    /// <summary>The sum of the squares of the differences.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ref float x = ref MemoryMarshal.GetReference(a);
        ref float y = ref MemoryMarshal.GetReference(b);
        nuint i = 0;
        nuint length = (nuint)a.Length;
        float sum = 0;
        if (Vector256.IsHardwareAccelerated && length >= 8)
        {
            Vector256<float> total = Vector256<float>.Zero;
            for (; i + 8 <= length; i += 8)
            {
                Vector256<float> difference = Vector256.LoadUnsafe(ref x, i) - Vector256.LoadUnsafe(ref y, i);
                total = NativeMath.MultiplyAdd(difference, difference, total);
            }

            sum = Vector256.Sum(total);
        }
        else if (Vector128.IsHardwareAccelerated && length >= 4)
        {
            Vector128<float> total = Vector128<float>.Zero;
            for (; i + 4 <= length; i += 4)
            {
                Vector128<float> difference = Vector128.LoadUnsafe(ref x, i) - Vector128.LoadUnsafe(ref y, i);
                total = NativeMath.MultiplyAdd(difference, difference, total);
            }

            sum = Vector128.Sum(total);
        }

        for (; i < length; i++)
        {
            float difference = Unsafe.Add(ref x, i) - Unsafe.Add(ref y, i);
            sum += difference * difference;
        }

        return sum;
    }
}
