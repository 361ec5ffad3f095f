using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Arithmetic on single elements whose integer forms would throw or overflow in plain C#.</summary>
internal static class ElementMath
{
    /// <summary>Whether <typeparamref name="T"/> is a floating-point type; a constant for the JIT.</summary>
    internal static bool IsFloatingPoint<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half);

    /// <summary>Negative infinity, or the smallest value of an integer type.</summary>
    internal static T Lowest<T>()
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => IsFloatingPoint<T>() ? -T.One / T.Zero : T.MinValue;

    /// <summary>Positive infinity, or the largest value of an integer type.</summary>
    internal static T Highest<T>()
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => IsFloatingPoint<T>() ? T.One / T.Zero : T.MaxValue;

    /// <summary>The quotient; integers truncate toward zero, x / 0 is 0, and the smallest value by -1 is itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Divide<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        if (IsFloatingPoint<T>())
        {
            return a / b;
        }

        if (T.IsZero(b))
        {
            return T.Zero;
        }

        return IsMinusOne(b) ? unchecked(-a) : a / b;
    }

    /// <summary>The remainder with the sign of <paramref name="a"/>; an integer remainder by 0 is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Remainder<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        if (IsFloatingPoint<T>())
        {
            return a % b;
        }

        return T.IsZero(b) || IsMinusOne(b) ? T.Zero : a % b;
    }

    /// <summary>The remainder with the sign of <paramref name="b"/>; an integer remainder by 0 is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Modulo<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        T remainder = Remainder(a, b);
        return remainder != T.Zero && remainder < T.Zero != b < T.Zero ? remainder + b : remainder;
    }

    /// <summary>The power; integers wrap, and a negative integer exponent gives the truncated quotient (0 for a base of 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static T Power<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float))
        {
            return (T)(object)MathF.Pow((float)(object)a, (float)(object)b);
        }

        if (typeof(T) == typeof(double))
        {
            return (T)(object)Math.Pow((double)(object)a, (double)(object)b);
        }

        if (typeof(T) == typeof(Half))
        {
            return (T)(object)Half.Pow((Half)(object)a, (Half)(object)b);
        }

        if (b < T.Zero)
        {
            return a == T.One || (IsMinusOne(a) && T.IsEvenInteger(b)) ? T.One : IsMinusOne(a) ? a : T.Zero;
        }

        T result = T.One;
        T factor = a;
        T two = T.One + T.One;
        for (T exponent = b; exponent != T.Zero; exponent /= two)
        {
            if (T.IsOddInteger(exponent))
            {
                result = unchecked(result * factor);
            }

            factor = unchecked(factor * factor);
        }

        return result;
    }

    /// <summary>The left shift; 0 from the width of the type on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe T ShiftLeft<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>
    {
        uint bits = uint.CreateSaturating(b);
        return bits < sizeof(T) * 8 ? a << (int)bits : T.Zero;
    }

    /// <summary>The right shift; 0 from the width of the type on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe T ShiftRight<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>
    {
        uint bits = uint.CreateSaturating(b);
        return bits < sizeof(T) * 8 ? a >>> (int)bits : T.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsMinusOne<T>(T x)
        where T : unmanaged, INumber<T> => x < T.Zero && unchecked(x + T.One) == T.Zero;
}
