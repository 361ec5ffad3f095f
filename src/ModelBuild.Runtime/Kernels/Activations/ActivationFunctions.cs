using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>The members of <see cref="Activation"/> as types, so that one loop is compiled for each.</summary>
internal static class ActivationFunctions
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
    }
}
