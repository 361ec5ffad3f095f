using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>What a reduction does to each element before it combines them.</summary>
internal static class ReduceOperators
{
    /// <summary>x.</summary>
    internal readonly struct Identity<T> : IUnaryOperator<T>
        where T : unmanaged, INumber<T>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Invoke(T x) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<T> Invoke(Vector128<T> x) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Invoke(Vector512<T> x) => x;
    }

    /// <summary>x * x.</summary>
    internal readonly struct Square<T> : IUnaryOperator<T>
        where T : unmanaged, INumber<T>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Invoke(T x) => unchecked(x * x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<T> Invoke(Vector128<T> x) => x * x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x) => x * x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Invoke(Vector512<T> x) => x * x;
    }

    /// <summary>(x - center) squared.</summary>
    internal readonly struct SquaredDifference(float center) : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => (x - center) * (x - center);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => (x - Vector128.Create(center)) * (x - Vector128.Create(center));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => (x - Vector256.Create(center)) * (x - Vector256.Create(center));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => (x - Vector512.Create(center)) * (x - Vector512.Create(center));
    }

    /// <summary>exp(x - center).</summary>
    internal readonly struct ExpDifference(float center) : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => VectorMath.Exp(x - Vector128.Create(center));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => VectorMath.Exp(x - Vector256.Create(center));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Exp(x - Vector512.Create(center));
    }
}
