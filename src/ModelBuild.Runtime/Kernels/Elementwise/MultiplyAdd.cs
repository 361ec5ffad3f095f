using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The fused x * scale + shift over vectors.</summary>
internal static unsafe class MultiplyAdd
{
    /// <summary>y[i] = x[i] * scale[i] + shift[i]; <paramref name="y"/> may be <paramref name="x"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(float* x, float* scale, float* shift, float* y, nint length)
    {
        nint i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i + 16 <= length; i += 16)
            {
                Vector512.FusedMultiplyAdd(Vector512.Load(x + i), Vector512.Load(scale + i), Vector512.Load(shift + i)).Store(y + i);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + 8 <= length; i += 8)
            {
                Vector256.FusedMultiplyAdd(Vector256.Load(x + i), Vector256.Load(scale + i), Vector256.Load(shift + i)).Store(y + i);
            }
        }

        for (; i + 4 <= length; i += 4)
        {
            Vector128.FusedMultiplyAdd(Vector128.Load(x + i), Vector128.Load(scale + i), Vector128.Load(shift + i)).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] = MathF.FusedMultiplyAdd(x[i], scale[i], shift[i]);
        }
    }

    /// <summary>x -> x * scale + shift.</summary>
    internal readonly struct Operator(float scale, float shift) : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => MathF.FusedMultiplyAdd(x, scale, shift);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => Vector128.FusedMultiplyAdd(x, Vector128.Create(scale), Vector128.Create(shift));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => Vector256.FusedMultiplyAdd(x, Vector256.Create(scale), Vector256.Create(shift));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => Vector512.FusedMultiplyAdd(x, Vector512.Create(scale), Vector512.Create(shift));
    }
}
