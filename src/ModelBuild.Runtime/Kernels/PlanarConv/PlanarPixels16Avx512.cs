using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Two neighbouring pixels of 16 channels: 2 loads of weights, each of which stands twice in its vector.</summary>
internal readonly unsafe struct PlanarPixels16Avx512 : IPlanarPixels
{
    /// <inheritdoc/>
    public static int Channels => 16;

    /// <inheritdoc/>
    public static int PixelsTogether => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pixels(float* x) => Vector512.Create(*(double*)x).AsSingle();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(float* w, nint block) => Twice(w);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Second(float* w, nint block) => Twice(w + block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> first, Vector512<float> second, Vector512<float> low, Vector512<float> high, float* y, nint stride)
    {
        Vector512<int> even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        VectorMath.Clamp(Avx512F.PermuteVar16x32x2(first, even, second), low, high).Store(y);
        VectorMath.Clamp(Avx512F.PermuteVar16x32x2(first, even + Vector512<int>.One, second), low, high).Store(y + stride);
    }

    /// <summary>Eight values, each of them twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Twice(float* values) =>
        Avx512F.PermuteVar16x32(Vector256.Load(values).ToVector512Unsafe(), Vector512.Create(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7));
}
