namespace ModelBuild.Kernels;

/// <summary>Regular expressions, as tables of states that were made while the model was built.</summary>
public static class Patterns
{
    /// <summary>Whether all of each string matches (ONNX RegexFullMatch 20).</summary>
    /// <param name="x">The strings.</param>
    /// <param name="bounds">The first units of classes of UTF-16 units, rising from 0.</param>
    /// <param name="next">For each state and class the next state, or -1.</param>
    /// <param name="accepts">For each state what may stand behind where it ends a match: bits for nothing, a character of a word, and others.</param>
    /// <param name="patterns">The first state behind nothing, behind a character of a word, and behind others.</param>
    /// <param name="y">The result.</param>
    /// <param name="strings">The call's strings.</param>
    public static void FullMatch(
        ReadOnlySpan<int> x, ReadOnlySpan<ushort> bounds, ReadOnlySpan<int> next, ReadOnlySpan<byte> accepts, ReadOnlySpan<int> patterns, Span<bool> y, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        PatternScan scan = new(bounds, next, accepts, patterns);
        for (int i = 0; i < y.Length; i++)
        {
            string text = strings[x[i]];
            y[i] = scan.Longest(text, 0, 0) == text.Length;
        }
    }
}
