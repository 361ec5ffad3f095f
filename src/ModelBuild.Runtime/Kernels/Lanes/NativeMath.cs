using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// What a processor does in one instruction, where instructions differ in what they do with NaN, with zeros of two signs or with the last bit. The methods of .NET for it leave the choice to the JIT:
/// a compiler ahead of time does not choose and takes slow code, or none. Those of an instruction set are the same to both.
/// </summary>
internal static class NativeMath
{
    /// <summary>The greater number of each lane; on x64 the right one where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> left, Vector128<float> right) => Sse.IsSupported ? Sse.Max(left, right) : Vector128.MaxNative(left, right);

    /// <inheritdoc cref="Max(Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> left, Vector256<float> right) => Avx.IsSupported ? Avx.Max(left, right) : Vector256.MaxNative(left, right);

    /// <inheritdoc cref="Max(Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> left, Vector512<float> right) => Avx512F.IsSupported ? Avx512F.Max(left, right) : Vector512.MaxNative(left, right);

    /// <summary>The lesser number of each lane; on x64 the right one where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> left, Vector128<float> right) => Sse.IsSupported ? Sse.Min(left, right) : Vector128.MinNative(left, right);

    /// <inheritdoc cref="Min(Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Min(Vector256<float> left, Vector256<float> right) => Avx.IsSupported ? Avx.Min(left, right) : Vector256.MinNative(left, right);

    /// <inheritdoc cref="Min(Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Min(Vector512<float> left, Vector512<float> right) => Avx512F.IsSupported ? Avx512F.Min(left, right) : Vector512.MinNative(left, right);

    /// <summary>Product and sum, rounded once where the processor can and twice elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) => Fma.IsSupported
        ? Fma.MultiplyAddScalar(Vector128.CreateScalarUnsafe(left), Vector128.CreateScalarUnsafe(right), Vector128.CreateScalarUnsafe(addend)).ToScalar()
        : float.MultiplyAddEstimate(left, right, addend);

    /// <inheritdoc cref="MultiplyAdd(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Fma.IsSupported ? Fma.MultiplyAdd(left, right, addend) : Vector128.MultiplyAddEstimate(left, right, addend);

    /// <inheritdoc cref="MultiplyAdd(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Fma.IsSupported ? Fma.MultiplyAdd(left, right, addend) : Vector256.MultiplyAddEstimate(left, right, addend);

    /// <inheritdoc cref="MultiplyAdd(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Avx512F.IsSupported ? Avx512F.FusedMultiplyAdd(left, right, addend) : Vector512.MultiplyAddEstimate(left, right, addend);
}
