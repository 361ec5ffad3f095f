using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Conversion of element types (ONNX Cast 24).</summary>
public static class Cast
{
    /// <summary>
    /// Converts each element. Floating point to integer truncates toward zero, saturates outside of the range, and NaN gives 0 (ONNX leaves both
    /// open). Integer to integer keeps the low bits. To a narrower floating point: to nearest even, infinity beyond the range.
    /// </summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result.</param>
    public static void Run<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<TTo> y)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo> =>
        UnaryLoop.RunScalar<TFrom, TTo, NumberOperator<TFrom, TTo>>(default, x, y);

    /// <summary>Whether each element differs from 0; NaN does.</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result.</param>
    public static void ToBool<TFrom>(ReadOnlySpan<TFrom> x, Span<bool> y)
        where TFrom : unmanaged, INumber<TFrom> =>
        UnaryLoop.RunScalar<TFrom, bool, ToBoolOperator<TFrom>>(default, x, y);

    /// <summary>1 for true, 0 for false.</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result.</param>
    public static void FromBool<TTo>(ReadOnlySpan<bool> x, Span<TTo> y)
        where TTo : unmanaged, INumber<TTo> =>
        UnaryLoop.RunScalar<bool, TTo, FromBoolOperator<TTo>>(default, x, y);

    private readonly struct NumberOperator<TFrom, TTo> : IScalarUnaryOperator<TFrom, TTo>
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TTo Invoke(TFrom x) =>
            ElementMath.IsFloatingPoint<TFrom>() && !ElementMath.IsFloatingPoint<TTo>() ? TTo.CreateSaturating(x) : TTo.CreateTruncating(x);
    }

    private readonly struct ToBoolOperator<TFrom> : IScalarUnaryOperator<TFrom, bool>
        where TFrom : unmanaged, INumber<TFrom>
    {
        public bool Invoke(TFrom x) => x != TFrom.Zero;
    }

    private readonly struct FromBoolOperator<TTo> : IScalarUnaryOperator<bool, TTo>
        where TTo : unmanaged, INumber<TTo>
    {
        public TTo Invoke(bool x) => x ? TTo.One : TTo.Zero;
    }
}
