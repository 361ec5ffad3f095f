using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>One pixel of 32 channels: 4 loads of weights.</summary>
internal readonly unsafe struct PlanarPixels32Avx512 : IPlanarPixels
{
    /// <inheritdoc/>
    public static int Channels => 32;

    /// <inheritdoc/>
    public static int PixelsTogether => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pixels(float* x) => Vector512.Create(*x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(float* w, nint block) => Avx512DQ.InsertVector256(Vector256.Load(w).ToVector512Unsafe(), Vector256.Load(w + block), 1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Second(float* w, nint block) => First(w + (2 * block), block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> first, Vector512<float> second, Vector512<float> low, Vector512<float> high, float* y, nint stride)
    {
        VectorMath.Clamp(first, low, high).Store(y);
        VectorMath.Clamp(second, low, high).Store(y + Vector512<float>.Count);
    }
}
