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
        bool hasStops = starts.Length > 1;
        for (int i = 0; i < y.Length; i++)
        {
            string text = strings[x[i]];
            string lower = action == StringCase.Lower || (hasStops && !isCaseSensitive) ? text.ToLowerInvariant() : text;
            if (hasStops && Words.Find(isCaseSensitive ? text : lower, chars, starts, slots) >= 0)
            {
                y[i] = 0;
                continue;
            }

            string changed = action == StringCase.Lower ? lower : action == StringCase.Upper ? text.ToUpperInvariant() : text;
            y[i] = ReferenceEquals(changed, text) ? x[i] : strings.Add(changed);
        }
    }
}
