using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Sizes that a call finds out, read from its values, and what makes results as long as them.</summary>
public static class Counts
{
    /// <summary>A size that is an element of a tensor.</summary>
    /// <param name="x">Integers.</param>
    /// <param name="index">Which of them.</param>
    /// <exception cref="ArgumentException">The element is negative.</exception>
    public static long Element<T>(ReadOnlySpan<T> x, int index)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(x.Length, index + 1L, nameof(x));
        long size = long.CreateSaturating(x[index]);
        if (size < 0)
        {
            Throw.Argument($"A size is {size}.", nameof(x));
        }

        return size;
    }

    /// <summary>The number of iterations of a loop.</summary>
    /// <param name="x">One element; below 0 it stands for none.</param>
    /// <param name="condition">Whether it runs at all; absent for true.</param>
    public static long Iterations(ReadOnlySpan<long> x, ReadOnlySpan<bool> condition)
    {
        Throw.IfShorter(x.Length, 1, nameof(x));
        return condition.IsEmpty || condition[0] ? Math.Max(0, x[0]) : 0;
    }

    /// <summary>One of two sizes.</summary>
    /// <param name="condition">One truth value.</param>
    /// <param name="then">The size where it is true.</param>
    /// <param name="otherwise">The size where it is false.</param>
    public static long Choice(ReadOnlySpan<bool> condition, int then, int otherwise)
    {
        Throw.IfShorter(condition.Length, 1, nameof(condition));
        return condition[0] ? then : otherwise;
    }

    /// <summary>The length of a range from start to before limit by delta (ONNX Range 11).</summary>
    /// <exception cref="ArgumentException">The step is 0, or a bound is not finite.</exception>
    public static long Range<T>(ReadOnlySpan<T> start, ReadOnlySpan<T> limit, ReadOnlySpan<T> delta)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(start.Length, 1, nameof(start));
        Throw.IfShorter(limit.Length, 1, nameof(limit));
        Throw.IfShorter(delta.Length, 1, nameof(delta));
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half))
        {
            double steps = Math.Ceiling((double.CreateChecked(limit[0]) - double.CreateChecked(start[0])) / double.CreateChecked(delta[0]));
            if (!double.IsFinite(steps))
            {
                Throw.Argument("The step of a range is 0, or a bound is not finite.", nameof(delta));
            }

            return (long)Math.Clamp(steps, 0, int.MaxValue);
        }

        Int128 step = Int128.CreateChecked(delta[0]);
        if (step == 0)
        {
            Throw.Argument("The step of a range is 0.", nameof(delta));
        }

        Int128 distance = Int128.CreateChecked(limit[0]) - Int128.CreateChecked(start[0]);
        return (long)Int128.Clamp((distance + step - Int128.Sign(step)) / step, 0, long.MaxValue);
    }

    /// <summary>The depth of a OneHot: an integer, or the whole part of a number.</summary>
    /// <param name="depth">One element.</param>
    /// <exception cref="ArgumentException">It is negative, not a number, or no size.</exception>
    public static long Depth<T>(ReadOnlySpan<T> depth)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(depth.Length, 1, nameof(depth));
        double value = double.CreateChecked(depth[0]);
        if (value is not (>= 0 and <= int.MaxValue))
        {
            Throw.Argument($"OneHot: the depth is {value}.", nameof(depth));
        }

        return (long)value;
    }

    /// <summary>Fills a tensor with one value (ONNX ConstantOfShape).</summary>
    /// <param name="value">One element.</param>
    /// <param name="y">The result.</param>
    public static void Fill<T>(ReadOnlySpan<T> value, Span<T> y)
        where T : unmanaged
    {
        Throw.IfShorter(value.Length, 1, nameof(value));
        y.Fill(value[0]);
    }

    /// <summary>Fills a result whose size is not the one that the values give, as when a plan is tried at other sizes, with the elements of the operand over and over.</summary>
    internal static void Repeat<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged
    {
        if (x.IsEmpty)
        {
            y.Clear();
            return;
        }

        for (int start = 0; start < y.Length; start += x.Length)
        {
            x[..Math.Min(x.Length, y.Length - start)].CopyTo(y[start..]);
        }
    }

    /// <summary>The first elements of a longer tensor; what the result has beyond it is 0.</summary>
    public static void Take<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged
    {
        int count = Math.Min(x.Length, y.Length);
        x[..count].CopyTo(y);
        y[count..].Clear();
    }
}
