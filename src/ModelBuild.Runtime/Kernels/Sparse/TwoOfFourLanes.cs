using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Four, eight or sixteen columns as types, so that the loop of a 2:4 product is written once and compiled for each.</summary>
internal static unsafe class TwoOfFourLanes
{
    /// <summary>Four columns.</summary>
    internal readonly struct Lanes4 : ITwoOfFourLanes<Vector128<float>, Vector128<int>>
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> Four(float* source) => Vector128.Load(source);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Places(uint places)
        {
            if (AdvSimd.IsSupported)
            {
                return AdvSimd.ShiftLogical(Vector128.Create(places), Vector128.Create(0, -2, -4, -6)).AsInt32() & Vector128.Create(3);
            }

            return Vector128.Create((int)places, (int)(places >> 2), (int)(places >> 4), (int)(places >> 6)) & Vector128.Create(3);
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> MultiplyAdd(Vector128<float> four, Vector128<int> places, Vector128<float> right, Vector128<float> addend) =>
            NativeMath.MultiplyAdd(Vector128.ShuffleNative(four, places), right, addend);
    }

    /// <summary>Eight columns; AVX2.</summary>
    internal readonly struct Lanes8 : ITwoOfFourLanes<Vector256<float>, Vector256<int>>
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Four(float* source) => Avx.BroadcastVector128ToVector256(source);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Places(uint places) =>
            Avx2.ShiftRightLogicalVariable(Vector256.Create(places), Vector256.Create(0u, 2, 4, 6, 8, 10, 12, 14)).AsInt32();

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> MultiplyAdd(Vector256<float> four, Vector256<int> places, Vector256<float> right, Vector256<float> addend) =>
            NativeMath.MultiplyAdd(Avx.PermuteVar(four, places), right, addend);
    }

    /// <summary>Sixteen columns; AVX-512.</summary>
    internal readonly struct Lanes16 : ITwoOfFourLanes<Vector512<float>, Vector512<int>>
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Four(float* source) => Avx512F.BroadcastVector128ToVector512(source);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> Places(uint places) =>
            Avx512F.ShiftRightLogicalVariable(Vector512.Create(places), Vector512<uint>.Indices * 2).AsInt32();

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> MultiplyAdd(Vector512<float> four, Vector512<int> places, Vector512<float> right, Vector512<float> addend) =>
            Vector512.FusedMultiplyAdd(Avx512F.PermuteVar4x32(four, places), right, addend);
    }
}
