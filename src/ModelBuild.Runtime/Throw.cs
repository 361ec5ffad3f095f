using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ModelBuild;

/// <summary>Throws from one place, so that kernel entries stay small and inlinable.</summary>
[StackTraceHidden]
internal static class Throw
{
    /// <summary>Throws when a span holds fewer elements than the literals of the call say.</summary>
    /// <param name="actual">The length of the span.</param>
    /// <param name="required">The number of elements that the kernel reads or writes.</param>
    /// <param name="name">The parameter name of the span.</param>
    /// <exception cref="ArgumentException"><paramref name="actual"/> is below <paramref name="required"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void IfShorter(int actual, long required, string name)
    {
        if (actual < required)
        {
            TooShort(actual, required, name);
        }
    }

    /// <summary>Throws when an optional operand is present but too short; an empty span means that it is absent.</summary>
    /// <param name="actual">The length of the span.</param>
    /// <param name="required">The number of elements that the kernel reads when the operand is present.</param>
    /// <param name="name">The parameter name of the span.</param>
    /// <exception cref="ArgumentException"><paramref name="actual"/> is neither 0 nor at least <paramref name="required"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void IfPresentAndShorter(int actual, long required, string name)
    {
        if (actual != 0 && actual < required)
        {
            TooShort(actual, required, name);
        }
    }

    /// <summary>Throws when a size is below its least value.</summary>
    /// <param name="actual">The size.</param>
    /// <param name="least">The least value.</param>
    /// <param name="name">The parameter name of the size.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="actual"/> is below <paramref name="least"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void IfBelow(int actual, int least, string name)
    {
        if (actual < least)
        {
            BelowLeast(name, actual, least);
        }
    }

    /// <summary>Throws an <see cref="ArgumentException"/> for a span that is too short.</summary>
    [DoesNotReturn]
    internal static void TooShort(int actual, long required, string name) =>
        throw new ArgumentException($"The span '{name}' holds {actual} elements; the operation needs {required}.", name);

    /// <summary>Throws an <see cref="ArgumentOutOfRangeException"/> for a size below its least value.</summary>
    /// <remarks>Entries check a dozen sizes: were the message made in them, each would take the JIT milliseconds at the first call.</remarks>
    [DoesNotReturn]
    internal static void BelowLeast(string name, int actual, int least) =>
        throw new ArgumentOutOfRangeException(name, actual, $"The least value is {least}.");

    /// <summary>Throws an <see cref="ArgumentException"/> with a text of its own.</summary>
    [DoesNotReturn]
    internal static void Argument(string message, string name) => throw new ArgumentException(message, name);

    /// <summary>Throws an <see cref="ArgumentOutOfRangeException"/>.</summary>
    [DoesNotReturn]
    internal static void OutOfRange(string name, object? value, string message) =>
        throw new ArgumentOutOfRangeException(name, value, message);

    /// <summary>Throws for a range outside a block of native memory, or for any range of a freed one.</summary>
    [DoesNotReturn]
    internal static void OutsideBlock(bool isFreed, long offset, int count, string block) =>
        throw (isFreed
            ? new ObjectDisposedException(block)
            : new ArgumentOutOfRangeException(nameof(offset), offset, $"{count} elements at this offset lie outside the block."));
}
