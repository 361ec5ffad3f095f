using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>The members of <see cref="Activation"/> as types, so that one loop is compiled for each.</summary>
internal static unsafe class ActivationFunctions
{
    /// <summary>min(max(x, alpha), beta).</summary>
    internal readonly struct Clip : IActivationFunction
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> Apply(Vector128<float> x, float alpha, float beta) =>
            VectorMath.Clamp(x, Vector128.Create(alpha), Vector128.Create(beta));

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> x, float alpha, float beta) =>
            VectorMath.Clamp(x, Vector256.Create(alpha), Vector256.Create(beta));

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, float alpha, float beta) =>
            VectorMath.Clamp(x, Vector512.Create(alpha), Vector512.Create(beta));

        /// <inheritdoc/>
        public static ReadOnlySpan<float> Constants => default;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ApplyFour(float* first, float* second, float* third, float* fourth, float* constants, float alpha, float beta) =>
            ApplyEach<Clip>(first, second, third, fourth, alpha, beta);
    }

    /// <summary>x or alpha * x.</summary>
    internal readonly struct LeakyRelu : IActivationFunction
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> Apply(Vector128<float> x, float alpha, float beta) =>
            Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), x * Vector128.Create(alpha), x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> x, float alpha, float beta) =>
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), x * Vector256.Create(alpha), x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, float alpha, float beta) =>
            Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), x * Vector512.Create(alpha), x);

        /// <inheritdoc/>
        public static ReadOnlySpan<float> Constants => default;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ApplyFour(float* first, float* second, float* third, float* fourth, float* constants, float alpha, float beta) =>
            ApplyEach<LeakyRelu>(first, second, third, fourth, alpha, beta);
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    internal readonly struct Sigmoid : IActivationFunction
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> Apply(Vector128<float> x, float alpha, float beta) =>
            VectorMath.Sigmoid(x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> x, float alpha, float beta) =>
            VectorMath.Sigmoid(x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, float alpha, float beta) =>
            VectorMath.Sigmoid(x);

        /// <inheritdoc/>
        public static ReadOnlySpan<float> Constants => VectorMath.SigmoidConstants;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ApplyFour(float* first, float* second, float* third, float* fourth, float* constants, float alpha, float beta) =>
            VectorMath.SigmoidFour(first, second, third, fourth, constants);
    }

    /// <summary>tanh(x).</summary>
    internal readonly struct Tanh : IActivationFunction
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> Apply(Vector128<float> x, float alpha, float beta) =>
            VectorMath.Tanh(x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> x, float alpha, float beta) =>
            VectorMath.Tanh(x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, float alpha, float beta) =>
            VectorMath.Tanh(x);

        /// <inheritdoc/>
        public static ReadOnlySpan<float> Constants => VectorMath.TanhConstants;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ApplyFour(float* first, float* second, float* third, float* fourth, float* constants, float alpha, float beta) =>
            VectorMath.TanhFour(first, second, third, fourth, constants);
    }

    /// <summary>x * sigmoid(x), 0 at minus infinity.</summary>
    internal readonly struct Silu : IActivationFunction
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> Apply(Vector128<float> x, float alpha, float beta) =>
            VectorMath.Silu(x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> x, float alpha, float beta) =>
            VectorMath.Silu(x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, float alpha, float beta) =>
            VectorMath.Silu(x);

        /// <inheritdoc/>
        public static ReadOnlySpan<float> Constants => VectorMath.SiluConstants;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ApplyFour(float* first, float* second, float* third, float* fourth, float* constants, float alpha, float beta) =>
            VectorMath.SiluFour(first, second, third, fourth, constants);
    }

    /// <summary>x * max(0, min(1, x / 6 + 0.5)).</summary>
    internal readonly struct HardSwish : IActivationFunction
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> Apply(Vector128<float> x, float alpha, float beta) =>
            x * VectorMath.Clamp(NativeMath.MultiplyAdd(x, Vector128.Create(1f / 6f), Vector128.Create(0.5f)), Vector128<float>.Zero, Vector128<float>.One);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> x, float alpha, float beta) =>
            x * VectorMath.Clamp(NativeMath.MultiplyAdd(x, Vector256.Create(1f / 6f), Vector256.Create(0.5f)), Vector256<float>.Zero, Vector256<float>.One);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, float alpha, float beta) =>
            x * VectorMath.Clamp(NativeMath.MultiplyAdd(x, Vector512.Create(1f / 6f), Vector512.Create(0.5f)), Vector512<float>.Zero, Vector512<float>.One);

        /// <inheritdoc/>
        public static ReadOnlySpan<float> Constants => default;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ApplyFour(float* first, float* second, float* third, float* fourth, float* constants, float alpha, float beta) =>
            ApplyEach<HardSwish>(first, second, third, fourth, alpha, beta);
    }

    /// <summary>max(0, min(1, alpha * x + beta)).</summary>
    internal readonly struct HardSigmoid : IActivationFunction
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> Apply(Vector128<float> x, float alpha, float beta) =>
            VectorMath.Clamp(NativeMath.MultiplyAdd(x, Vector128.Create(alpha), Vector128.Create(beta)), Vector128<float>.Zero, Vector128<float>.One);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> x, float alpha, float beta) =>
            VectorMath.Clamp(NativeMath.MultiplyAdd(x, Vector256.Create(alpha), Vector256.Create(beta)), Vector256<float>.Zero, Vector256<float>.One);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, float alpha, float beta) =>
            VectorMath.Clamp(NativeMath.MultiplyAdd(x, Vector512.Create(alpha), Vector512.Create(beta)), Vector512<float>.Zero, Vector512<float>.One);

        /// <inheritdoc/>
        public static ReadOnlySpan<float> Constants => default;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ApplyFour(float* first, float* second, float* third, float* fourth, float* constants, float alpha, float beta) =>
            ApplyEach<HardSigmoid>(first, second, third, fourth, alpha, beta);
    }

    /// <summary>x or alpha * (exp(x) - 1).</summary>
    internal readonly struct Elu : IActivationFunction
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> Apply(Vector128<float> x, float alpha, float beta) =>
            Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), Vector128.Create(alpha) * (VectorMath.Exp(x) - Vector128<float>.One), x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> x, float alpha, float beta) =>
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(alpha) * (VectorMath.Exp(x) - Vector256<float>.One), x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, float alpha, float beta) =>
            Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512.Create(alpha) * (VectorMath.Exp(x) - Vector512<float>.One), x);

        /// <inheritdoc/>
        public static ReadOnlySpan<float> Constants => default;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ApplyFour(float* first, float* second, float* third, float* fourth, float* constants, float alpha, float beta) =>
            ApplyEach<Elu>(first, second, third, fourth, alpha, beta);
    }

    /// <summary>0.5 * x * (1 + erf(x / sqrt(2))).</summary>
    internal readonly struct Gelu : IActivationFunction
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> Apply(Vector128<float> x, float alpha, float beta) =>
            VectorMath.Gelu(x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> x, float alpha, float beta) =>
            VectorMath.Gelu(x);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, float alpha, float beta) =>
            VectorMath.Gelu(x);

        /// <inheritdoc/>
        public static ReadOnlySpan<float> Constants => VectorMath.GeluConstants;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ApplyFour(float* first, float* second, float* third, float* fourth, float* constants, float alpha, float beta) =>
            VectorMath.GeluFour(first, second, third, fourth, constants);
    }

    /// <summary>Four vectors of a function of so few steps that the processor finds those of the next vector itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ApplyEach<TFunction>(float* first, float* second, float* third, float* fourth, float alpha, float beta)
        where TFunction : struct, IActivationFunction
    {
        TFunction.Apply(Vector256.Load(first), alpha, beta).Store(first);
        TFunction.Apply(Vector256.Load(second), alpha, beta).Store(second);
        TFunction.Apply(Vector256.Load(third), alpha, beta).Store(third);
        TFunction.Apply(Vector256.Load(fourth), alpha, beta).Store(fourth);
    }
}
