using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <content>FMod.</content>
public static partial class Binary
{
    /// <summary>The remainder with the sign of a, as of the C function fmod (ONNX Mod 13 with fmod = 1); an integer remainder by zero is 0.</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">The right operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be either operand.</param>
    public static void FMod<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.Run<T, T, FModOperator<T>>(a, b, y);

    /// <summary><see cref="FMod{T}"/> with one right operand for all elements.</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">One element.</param>
    /// <param name="y">The result; may be <paramref name="a"/>.</param>
    public static void FModScalar<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.RunRightScalar<T, T, FModOperator<T>>(a, b, y);

    /// <summary><see cref="FMod{T}"/> with one left operand for all elements.</summary>
    /// <param name="a">One element.</param>
    /// <param name="b">The right operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="b"/>.</param>
    public static void ScalarFMod<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.RunLeftScalar<T, T, FModOperator<T>>(a, b, y);

    /// <summary><see cref="FMod{T}"/> with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense; may be an operand that is not repeated.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void FModBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.RunBroadcast<T, T, FModOperator<T>>(a, b, y, shape, aStrides, bStrides);

    internal readonly struct FModOperator<T> : IScalarBinaryOperator<T, T>
        where T : unmanaged, INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => ElementMath.Remainder(a, b);
    }
}
