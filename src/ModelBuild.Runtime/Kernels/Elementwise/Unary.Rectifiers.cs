using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>Piecewise linear functions.</content>
public static partial class Unary
{
    private const float OneSixth = 1f / 6f;

    /// <summary>max(x, 0); NaN stays NaN (ONNX Relu 14).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void ReluF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new ReluOperator(), x, y);

    /// <summary>x where x is at least 0, else alpha * x (ONNX LeakyRelu 16).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="alpha">The slope below zero.</param>
    public static void LeakyReluF32(ReadOnlySpan<float> x, Span<float> y, float alpha) => UnaryLoop.Run(new LeakyReluOperator(alpha), x, y);

    /// <summary>x where x is above alpha, else 0 (ONNX ThresholdedRelu 10).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="alpha">The threshold.</param>
    public static void ThresholdedReluF32(ReadOnlySpan<float> x, Span<float> y, float alpha) => UnaryLoop.Run(new ThresholdedReluOperator(alpha), x, y);

    /// <summary>min(max(x, min), max); NaN stays NaN; max where min is above max (ONNX Clip 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="min">The lower bound; negative infinity for none.</param>
    /// <param name="max">The upper bound; positive infinity for none.</param>
    public static void ClipF32(ReadOnlySpan<float> x, Span<float> y, float min, float max) => UnaryLoop.Run(new ClipOperator(min, max), x, y);

    /// <summary>max(0, min(1, alpha * x + beta)) (ONNX HardSigmoid 6).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="alpha">The slope.</param>
    /// <param name="beta">The value at zero.</param>
    public static void HardSigmoidF32(ReadOnlySpan<float> x, Span<float> y, float alpha, float beta) => UnaryLoop.Run(new HardSigmoidOperator(alpha, beta), x, y);

    /// <summary>x * max(0, min(1, x / 6 + 0.5)) (ONNX HardSwish 14).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void HardSwishF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new HardSwishOperator(), x, y);

    internal readonly struct ReluOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => x < 0f ? 0f : x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), Vector128<float>.Zero, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256<float>.Zero, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512<float>.Zero, x);
    }

    internal readonly struct LeakyReluOperator(float alpha) : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => x < 0f ? alpha * x : x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), x * Vector128.Create(alpha), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), x * Vector256.Create(alpha), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), x * Vector512.Create(alpha), x);
    }

    internal readonly struct ThresholdedReluOperator(float alpha) : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => x > alpha ? x : 0f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            Vector128.ConditionalSelect(Vector128.GreaterThan(x, Vector128.Create(alpha)), x, Vector128<float>.Zero);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(alpha)), x, Vector256<float>.Zero);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(alpha)), x, Vector512<float>.Zero);
    }

    internal readonly struct ClipOperator(float min, float max) : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => MathF.Min(MathF.Max(x, min), max);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => Vector128.Min(Vector128.Max(x, Vector128.Create(min)), Vector128.Create(max));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => Vector256.Min(Vector256.Max(x, Vector256.Create(min)), Vector256.Create(max));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Min(Vector512.Max(x, Vector512.Create(min)), Vector512.Create(max));
    }

    internal readonly struct HardSigmoidOperator(float alpha, float beta) : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => MathF.Max(0f, MathF.Min(1f, MathF.FusedMultiplyAdd(alpha, x, beta)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            Vector128.Max(Vector128<float>.Zero, Vector128.Min(Vector128<float>.One, Vector128.FusedMultiplyAdd(Vector128.Create(alpha), x, Vector128.Create(beta))));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            Vector256.Max(Vector256<float>.Zero, Vector256.Min(Vector256<float>.One, Vector256.FusedMultiplyAdd(Vector256.Create(alpha), x, Vector256.Create(beta))));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            Vector512.Max(Vector512<float>.Zero, Vector512.Min(Vector512<float>.One, Vector512.FusedMultiplyAdd(Vector512.Create(alpha), x, Vector512.Create(beta))));
    }

    internal readonly struct HardSwishOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => x * MathF.Max(0f, MathF.Min(1f, MathF.FusedMultiplyAdd(x, OneSixth, 0.5f)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            x * Vector128.Max(Vector128<float>.Zero, Vector128.Min(Vector128<float>.One, Vector128.FusedMultiplyAdd(x, Vector128.Create(OneSixth), Vector128.Create(0.5f))));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            x * Vector256.Max(Vector256<float>.Zero, Vector256.Min(Vector256<float>.One, Vector256.FusedMultiplyAdd(x, Vector256.Create(OneSixth), Vector256.Create(0.5f))));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            x * Vector512.Max(Vector512<float>.Zero, Vector512.Min(Vector512<float>.One, Vector512.FusedMultiplyAdd(x, Vector512.Create(OneSixth), Vector512.Create(0.5f))));
    }
}
