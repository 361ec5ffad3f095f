using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Finds strings in a list of words. The words lie one after another as UTF-16; a table of a power of two of slots, more than there are words, holds for each slot the position of a word plus 1, or 0.
/// A word stands in the slot of its <see cref="Hash"/>, or in the next free one.
/// </summary>
public static class Words
{
    /// <summary>The number whose low bits are a word's first slot (FNV-1a over UTF-16 code units, high bits folded).</summary>
    public static uint Hash(ReadOnlySpan<char> word)
    {
        uint hash = 2166136261;
        foreach (char c in word)
        {
            hash = (hash ^ c) * 16777619;
        }

        return hash ^ (hash >> 15);
    }

    /// <summary>Looks each string up (ONNX ai.onnx.ml LabelEncoder 4).</summary>
    /// <param name="x">The strings.</param>
    /// <param name="chars">The words.</param>
    /// <param name="starts">Where each word starts, and where the last one ends.</param>
    /// <param name="slots">The table.</param>
    /// <param name="values">The value of each word, and last the value of all other strings.</param>
    /// <param name="y">The result.</param>
    /// <param name="strings">The call's strings.</param>
    public static void Map<T>(
        ReadOnlySpan<int> x, ReadOnlySpan<ushort> chars, ReadOnlySpan<int> starts, ReadOnlySpan<int> slots, ReadOnlySpan<T> values, Span<T> y, StringTable strings)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(strings);
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        Throw.IfShorter(values.Length, starts.Length, nameof(values));
        for (int i = 0; i < y.Length; i++)
        {
            int at = Find(strings[x[i]], chars, starts, slots);
            y[i] = values[at < 0 ? starts.Length - 1 : at];
        }
    }

    /// <summary>One column per word with 1 where a string is that word (ONNX ai.onnx.ml OneHotEncoder 1).</summary>
    /// <param name="x">The strings.</param>
    /// <param name="chars">The words.</param>
    /// <param name="starts">Where each word starts, and where the last one ends.</param>
    /// <param name="slots">The table.</param>
    /// <param name="y">The result, one row of columns per string.</param>
    /// <param name="allowsOthers">Whether a string may be none of them and gives a row of zeros.</param>
    /// <param name="strings">The call's strings.</param>
    /// <exception cref="ArgumentException">A string is none of the words and must be one.</exception>
    public static void OneHot(ReadOnlySpan<int> x, ReadOnlySpan<ushort> chars, ReadOnlySpan<int> starts, ReadOnlySpan<int> slots, Span<float> y, bool allowsOthers, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        int count = starts.Length - 1;
        Throw.IfShorter(y.Length, (long)x.Length * count, nameof(y));
        y.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            int at = Find(strings[x[i]], chars, starts, slots);
            if (at >= 0)
            {
                y[(i * count) + at] = 1;
            }
            else if (!allowsOthers)
            {
                Throw.Argument($"Element {i} is '{strings[x[i]]}', which is none of the model's categories.", nameof(x));
            }
        }
    }

    /// <summary>The position of a word, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Find(ReadOnlySpan<char> word, ReadOnlySpan<ushort> chars, ReadOnlySpan<int> starts, ReadOnlySpan<int> slots)
    {
        int mask = slots.Length - 1;
        ReadOnlySpan<char> text = MemoryMarshal.Cast<ushort, char>(chars);
        for (int slot = (int)Hash(word) & mask; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            int at = slots[slot] - 1;
            if (text[starts[at]..starts[at + 1]].SequenceEqual(word))
            {
                return at;
            }
        }

        return -1;
    }
}
