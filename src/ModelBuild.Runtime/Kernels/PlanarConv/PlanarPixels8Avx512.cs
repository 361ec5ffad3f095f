using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Four neighbouring pixels of 8 channels: 1 load of weights, each of which stands four times in its vector.</summary>
internal readonly unsafe struct PlanarPixels8Avx512 : IPlanarPixels
{
    private const int Block = PlanarConvPacking.ChannelsTogether;

    /// <inheritdoc/>
    public static int Channels => 8;

    /// <inheritdoc/>
    public static int PixelsTogether => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pixels(float* x) => Avx512F.BroadcastVector128ToVector512(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(float* w, nint block) => Several(w, Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Second(float* w, nint block) => Several(w, Vector512.Create(4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> first, Vector512<float> second, Vector512<float> low, Vector512<float> high, float* y, nint stride)
    {
        Vector512<int> together = Vector512.Create(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
        StoreTwo(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(first, together, second), low, high), y, stride);
        StoreTwo(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(first, together + Vector512.Create(2), second), low, high), y + (2 * stride), stride);
    }

    /// <summary>Eight values, of which <paramref name="places"/> takes some several times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Several(float* values, Vector512<int> places) => Avx512F.PermuteVar16x32(Vector256.Load(values).ToVector512Unsafe(), places);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTwo(Vector512<float> pixels, float* y, nint stride)
    {
        if (stride == Block)
        {
            pixels.Store(y);
        }
        else
        {
            pixels.GetLower().Store(y);
            pixels.GetUpper().Store(y + stride);
        }
    }
}
