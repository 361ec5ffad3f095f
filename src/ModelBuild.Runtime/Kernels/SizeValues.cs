using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Integers that depend on the sizes of a call, for steps that read them from memory.</summary>
public static class SizeValues
{
    /// <summary>Writes values, converted to the element type.</summary>
    /// <typeparam name="T">A 64-bit or 32-bit integer, or a truth value, which is true where the value is not 0.</typeparam>
    /// <param name="y">Receives as many elements as there are values.</param>
    /// <param name="values">The values.</param>
    /// <exception cref="ArgumentException"><paramref name="y"/> is shorter than <paramref name="values"/>.</exception>
    /// <exception cref="OverflowException">A value does not fit the element type.</exception>
    public static void Run<T>(Span<T> y, ReadOnlySpan<long> values)
        where T : unmanaged
    {
        Throw.IfShorter(y.Length, values.Length, nameof(y));
        for (int i = 0; i < values.Length; i++)
        {
            if (typeof(T) == typeof(long))
            {
                Unsafe.As<T, long>(ref y[i]) = values[i];
            }
            else if (typeof(T) == typeof(int))
            {
                Unsafe.As<T, int>(ref y[i]) = checked((int)values[i]);
            }
            else if (typeof(T) == typeof(bool))
            {
                Unsafe.As<T, bool>(ref y[i]) = values[i] != 0;
            }
            else
            {
                Throw.Argument("The element type is neither a 64-bit nor a 32-bit integer nor a truth value.", nameof(y));
            }
        }
    }
}
