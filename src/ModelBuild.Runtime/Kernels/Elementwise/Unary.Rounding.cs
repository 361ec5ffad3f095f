using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>Rounding to integers.</content>
public static partial class Unary
{
    /// <summary>The largest integer at most x (ONNX Floor 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void FloorF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new FloorOperator(), x, y);

    /// <summary>The smallest integer at least x (ONNX Ceil 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void CeilF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new CeilOperator(), x, y);

    /// <summary>The nearest integer, halves to even (ONNX Round 11).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void RoundF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new RoundOperator(), x, y);

    internal readonly struct FloorOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => MathF.Floor(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => Vector128.Floor(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => Vector256.Floor(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Floor(x);
    }

    internal readonly struct CeilOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => MathF.Ceiling(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => Vector128.Ceiling(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => Vector256.Ceiling(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Ceiling(x);
    }

    internal readonly struct RoundOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => MathF.Round(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => Vector128.Round(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => Vector256.Round(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Round(x);
    }
}
