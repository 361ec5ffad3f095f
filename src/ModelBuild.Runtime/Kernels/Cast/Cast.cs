using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
        where TTo : unmanaged, INumber<TTo>
    {
        if (typeof(TFrom) == typeof(Half) && typeof(TTo) == typeof(float))
        {
            HalfConversion.ToSingle(MemoryMarshal.Cast<TFrom, Half>(x), MemoryMarshal.Cast<TTo, float>(y));
        }
        else if (typeof(TFrom) == typeof(float) && typeof(TTo) == typeof(Half))
        {
            HalfConversion.FromSingle(MemoryMarshal.Cast<TFrom, float>(x), MemoryMarshal.Cast<TTo, Half>(y));
        }
        else
        {
            UnaryLoop.RunScalar<TFrom, TTo, NumberOperator<TFrom, TTo>>(default, x, y);
        }
    }

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

    /// <summary>The low bits of each integer, as one without sign or in two's complement: elements of 4 and 2 bits, of which memory holds each in a byte.</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result.</param>
    /// <param name="bits">The number of bits.</param>
    public static void LowBits<TTo>(ReadOnlySpan<long> x, Span<TTo> y, int bits)
        where TTo : unmanaged, IBinaryInteger<TTo>, IMinMaxValue<TTo>
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        int unused = 64 - bits;
        bool isSigned = TTo.MinValue != TTo.Zero;
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = isSigned ? TTo.CreateTruncating((x[i] << unused) >> unused) : TTo.CreateTruncating((x[i] << unused) >>> unused);
        }
    }

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
