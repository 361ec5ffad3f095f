using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace ModelBuild;

/// <summary>Argument checks that generated code calls.</summary>
[StackTraceHidden]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PredictorGuard
{
    /// <summary>Throws unless a span has exactly the length that the model needs.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Exact(int actual, long expected, string name)
    {
        if (actual != expected)
        {
            WrongLength(actual, expected, name, "");
        }
    }

    /// <summary>Throws unless a span has at least the length that the model needs.</summary>
    /// <exception cref="ArgumentException">The span is shorter.</exception>
    public static void AtLeast(int actual, long expected, string name)
    {
        if (actual < expected)
        {
            WrongLength(actual, expected, name, " or more");
        }
    }

    /// <summary>Throws if an output shares memory with another span of the call.</summary>
    /// <param name="other">An input or another output.</param>
    /// <param name="output">The part of the output that is written.</param>
    /// <param name="otherName">Name of the parameter of <paramref name="other"/>.</param>
    /// <param name="name">Name of the parameter of <paramref name="output"/>.</param>
    /// <exception cref="ArgumentException">They share memory.</exception>
    public static void Apart<T>(ReadOnlySpan<T> other, ReadOnlySpan<T> output, string otherName, string name)
    {
        if (other.Overlaps(output))
        {
            SharedMemory(otherName, name, "");
        }
    }

    /// <summary>Throws if an output shares memory with an input without being the very same span.</summary>
    /// <param name="input">The input.</param>
    /// <param name="output">The part of the output that is written.</param>
    /// <param name="inputName">Name of the parameter of <paramref name="input"/>.</param>
    /// <param name="name">Name of the parameter of <paramref name="output"/>.</param>
    /// <exception cref="ArgumentException">They share memory and differ in their beginning or length.</exception>
    public static void ApartOrSame<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> output, string inputName, string name)
    {
        if (input.Overlaps(output) && input != output)
        {
            SharedMemory(inputName, name, ", unless it is the whole of an input that holds state");
        }
    }

    /// <summary>The part of an output that receives as many elements as the call has counted.</summary>
    /// <exception cref="ArgumentException">The output is shorter.</exception>
    public static Span<T> Written<T>(Span<T> output, long count, string name)
    {
        AtLeast(output.Length, count, name);
        return output[..(int)count];
    }

    /// <summary>Returns a size that the call has counted.</summary>
    /// <param name="count">The size.</param>
    /// <param name="least">What the model needs.</param>
    /// <param name="step">The operator that counted.</param>
    /// <exception cref="ArgumentException">It is smaller.</exception>
    public static long Counted(long count, long least, string step) => count >= least ? count : TooFew(count, least, step);

    /// <summary>Returns a size that the call has counted.</summary>
    /// <param name="count">The size.</param>
    /// <param name="least">The least that fits the model.</param>
    /// <param name="most">The greatest that does.</param>
    /// <param name="step">The operator that counted.</param>
    /// <exception cref="ArgumentException">It is smaller or greater.</exception>
    public static long Counted(long count, long least, long most, string step) => count <= most ? Counted(count, least, step) : TooMany(count, least, most, step);

    /// <summary>The greatest length of an output whose size depends on values.</summary>
    /// <exception cref="InvalidOperationException">Nothing bounds it.</exception>
    public static int Bounded(int length, string name) => length < int.MaxValue ? length : throw new InvalidOperationException($"Nothing bounds the size of '{name}'; pass a span that is long enough.");

    /// <summary>Throws unless a size lies in the range that the model was built for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is too small or too large.</exception>
    public static void Size(int size, int minimum, int maximum, int step, string name)
    {
        if (size < minimum || size > maximum || (size - minimum) % step != 0)
        {
            WrongSize(size, minimum, maximum, step, name);
        }
    }

    /// <summary>Throws unless a batch is 0 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The batch is negative.</exception>
    public static void Batch(int batch) => ArgumentOutOfRangeException.ThrowIfNegative(batch);

    /// <summary>The number of whole items in a tensor of <paramref name="length"/> elements, at least 1.</summary>
    public static int BatchOf(int length, int itemLength) => itemLength == 0 ? 1 : Math.Max(1, length / itemLength);

    /// <summary>Throws unless a workspace belongs to the predictor that it is passed to.</summary>
    /// <exception cref="ArgumentException">It belongs to another instance.</exception>
    public static void Owner(object owner, object caller)
    {
        if (!ReferenceEquals(owner, caller))
        {
            throw new ArgumentException("The workspace was created by another instance of this predictor.", "workspace");
        }
    }

    [DoesNotReturn]
    private static void SharedMemory(string other, string name, string unless) =>
        throw new ArgumentException($"The spans '{other}' and '{name}' share memory; an output must have memory of its own{unless}.", name);

    [DoesNotReturn]
    private static void WrongSize(int size, int minimum, int maximum, int step, string name) => throw new ArgumentOutOfRangeException(
        name, size, $"The model was built for {minimum} {(maximum == int.MaxValue ? "or more" : $"to {maximum}")}{(step == 1 ? "" : $" in steps of {step}")}.");

    [DoesNotReturn]
    private static long TooFew(long count, long least, string step) =>
        throw new ArgumentException($"{step} gives a size of {count}; what the model makes of it needs {least} or more.");

    [DoesNotReturn]
    private static long TooMany(long count, long least, long most, string step) =>
        throw new ArgumentException($"{step} gives a size of {count}; what the model makes of it needs {(least == most ? "" : "at most ")}{most}.");

    [DoesNotReturn]
    private static void WrongLength(int actual, long expected, string name, string orMore) =>
        throw new ArgumentException($"The span '{name}' holds {actual} elements; expected {expected}{orMore}.", name);
}
