using System.Numerics;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Arithmetic whose integer forms would throw in plain C#. The kernels define the same results.</summary>
internal static class IntegerMath
{
    /// <summary>True for integer types.</summary>
    public static bool IsInteger<T>()
        where T : unmanaged, INumber<T> => typeof(T) != typeof(float) && typeof(T) != typeof(double) && typeof(T) != typeof(Half);

    /// <summary>The quotient; integers truncate toward zero, x / 0 is 0, and the smallest value by -1 is itself.</summary>
    public static T Divide<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        if (!IsInteger<T>())
        {
            return a / b;
        }

        return T.IsZero(b) ? T.Zero : IsMinusOne(b) ? unchecked(-a) : a / b;
    }

    /// <summary>The remainder with the sign of <paramref name="a"/>; an integer remainder by 0 is 0.</summary>
    public static T Remainder<T>(T a, T b)
        where T : unmanaged, INumber<T> => IsInteger<T>() && (T.IsZero(b) || IsMinusOne(b)) ? T.Zero : a % b;

    /// <summary>The remainder with the sign of <paramref name="b"/>; an integer remainder by 0 is 0.</summary>
    public static T Modulo<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        T remainder = Remainder(a, b);
        return remainder != T.Zero && T.IsNegative(remainder) != T.IsNegative(b) ? remainder + b : remainder;
    }

    /// <summary>The power of integers, which wraps; a negative exponent gives the truncated quotient, 0 for a base of 0.</summary>
    public static long Power(long a, long b)
    {
        if (b < 0)
        {
            return a == 1 || (a == -1 && b % 2 == 0) ? 1 : a == -1 ? -1 : 0;
        }

        long result = 1;
        for (long factor = a; b != 0; b >>= 1, factor = unchecked(factor * factor))
        {
            result = (b & 1) != 0 ? unchecked(result * factor) : result;
        }

        return result;
    }

    /// <summary>An unsigned integer shifted; 0 from the width of the type on.</summary>
    public static unsafe T Shift<T>(T a, T b, bool left)
        where T : unmanaged, INumber<T>
    {
        ulong bits = ulong.CreateTruncating(b);
        ulong value = ulong.CreateTruncating(a);
        return bits >= (ulong)sizeof(T) * 8 ? T.Zero : T.CreateTruncating(left ? value << (int)bits : value >> (int)bits);
    }

    private static bool IsMinusOne<T>(T value)
        where T : unmanaged, INumber<T> => T.IsNegative(value) && T.IsZero(unchecked(value + T.One));
}
