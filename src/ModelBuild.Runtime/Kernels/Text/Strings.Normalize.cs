namespace ModelBuild.Kernels;

public static partial class Strings
{
    /// <summary>Changes the case of strings; a stop word becomes the empty string (ONNX StringNormalizer 10).</summary>
    /// <param name="x">The strings.</param>
    /// <param name="chars">The stop words; in lower case where case does not count.</param>
    /// <param name="starts">Where each word starts, and where the last one ends.</param>
    /// <param name="slots">The table of <see cref="Words"/>.</param>
    /// <param name="y">The result.</param>
    /// <param name="action">What becomes of the case.</param>
    /// <param name="isCaseSensitive">Whether stop words are compared as they are.</param>
    /// <param name="strings">The call's strings.</param>
    public static void Normalize(
        ReadOnlySpan<int> x, ReadOnlySpan<ushort> chars, ReadOnlySpan<int> starts, ReadOnlySpan<int> slots, Span<int> y, StringCase action, bool isCaseSensitive, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        for (int i = 0; i < y.Length; i++)
        {
            string text = strings[x[i]];
            y[i] = IsStop(text, chars, starts, slots, isCaseSensitive) ? 0 : Changed(x[i], text, action, strings);
        }
    }

    /// <summary>The number of strings that are no stop words, at least 1.</summary>
    /// <param name="x">The strings.</param>
    /// <param name="chars">The stop words; in lower case where case does not count.</param>
    /// <param name="starts">Where each word starts, and where the last one ends.</param>
    /// <param name="slots">The table of <see cref="Words"/>.</param>
    /// <param name="isCaseSensitive">Whether stop words are compared as they are.</param>
    /// <param name="strings">The call's strings.</param>
    public static long KeptCount(ReadOnlySpan<int> x, ReadOnlySpan<ushort> chars, ReadOnlySpan<int> starts, ReadOnlySpan<int> slots, bool isCaseSensitive, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        long count = 0;
        foreach (int number in x)
        {
            count += IsStop(strings[number], chars, starts, slots, isCaseSensitive) ? 0 : 1;
        }

        return Math.Max(1, count);
    }

    /// <summary>Removes stop words and changes the case of all other strings; what the result has beyond them is the empty string.</summary>
    /// <param name="x">The strings.</param>
    /// <param name="chars">The stop words; in lower case where case does not count.</param>
    /// <param name="starts">Where each word starts, and where the last one ends.</param>
    /// <param name="slots">The table of <see cref="Words"/>.</param>
    /// <param name="y">The result.</param>
    /// <param name="action">What becomes of the case.</param>
    /// <param name="isCaseSensitive">Whether stop words are compared as they are.</param>
    /// <param name="strings">The call's strings.</param>
    public static void NormalizeKept(
        ReadOnlySpan<int> x, ReadOnlySpan<ushort> chars, ReadOnlySpan<int> starts, ReadOnlySpan<int> slots, Span<int> y, StringCase action, bool isCaseSensitive, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        y.Clear();
        int at = 0;
        for (int i = 0; i < x.Length && at < y.Length; i++)
        {
            string text = strings[x[i]];
            if (!IsStop(text, chars, starts, slots, isCaseSensitive))
            {
                y[at++] = Changed(x[i], text, action, strings);
            }
        }
    }

    private static bool IsStop(string text, ReadOnlySpan<ushort> chars, ReadOnlySpan<int> starts, ReadOnlySpan<int> slots, bool isCaseSensitive) =>
        starts.Length > 1 && Words.Find(isCaseSensitive ? text : text.ToLowerInvariant(), chars, starts, slots) >= 0;

    private static int Changed(int number, string text, StringCase action, StringTable strings)
    {
        string changed = action switch
        {
            StringCase.Lower => text.ToLowerInvariant(),
            StringCase.Upper => text.ToUpperInvariant(),
            _ => text,
        };
        return ReferenceEquals(changed, text) ? number : strings.Add(changed);
    }
}
