using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Sums of scaled vectors.</summary>
internal static unsafe class ScaledSum
{
    /// <summary>y[i] = x[i] * scale + y[i], fused, or x[i] * scale where it is the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(float* x, float scale, float* y, nint length, bool isFirst)
    {
        if (isFirst)
        {
            Set(x, scale, y, length);
        }
        else
        {
            Add(x, scale, y, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Set(float* x, float scale, float* y, nint length)
    {
        nint i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i + 16 <= length; i += 16)
            {
                (Vector512.Load(x + i) * scale).Store(y + i);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + 8 <= length; i += 8)
            {
                (Vector256.Load(x + i) * scale).Store(y + i);
            }
        }

        for (; i + 4 <= length; i += 4)
        {
            (Vector128.Load(x + i) * scale).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] = x[i] * scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* x, float scale, float* y, nint length)
    {
        nint i = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<float> factor = Vector512.Create(scale);
            for (; i + 16 <= length; i += 16)
            {
                Vector512.FusedMultiplyAdd(Vector512.Load(x + i), factor, Vector512.Load(y + i)).Store(y + i);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<float> factor = Vector256.Create(scale);
            for (; i + 8 <= length; i += 8)
            {
                Vector256.FusedMultiplyAdd(Vector256.Load(x + i), factor, Vector256.Load(y + i)).Store(y + i);
            }
        }

        for (; i + 4 <= length; i += 4)
        {
            Vector128.FusedMultiplyAdd(Vector128.Load(x + i), Vector128.Create(scale), Vector128.Load(y + i)).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] = MathF.FusedMultiplyAdd(x[i], scale, y[i]);
        }
    }
}
