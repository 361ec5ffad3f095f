namespace ModelBuild.Kernels;

public static partial class Tokens
{
    /// <summary>The most tokens that one of the texts has (com.microsoft Tokenizer 1).</summary>
    /// <param name="x">The texts.</param>
    /// <param name="bounds">The first units of classes of UTF-16 units, rising from 0.</param>
    /// <param name="next">For each state and class the next state, or -1.</param>
    /// <param name="accepts">For each state what may stand behind where it ends a match.</param>
    /// <param name="patterns">For each pattern its first states.</param>
    /// <param name="areSeparators">Whether the patterns are of what separates tokens.</param>
    /// <param name="least">The fewest characters of a token.</param>
    /// <param name="strings">The call's strings.</param>
    public static long Count(
        ReadOnlySpan<int> x, ReadOnlySpan<ushort> bounds, ReadOnlySpan<int> next, ReadOnlySpan<byte> accepts, ReadOnlySpan<int> patterns, bool areSeparators, int least, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        Cutter cutter = new(new PatternScan(bounds, next, accepts, patterns), least, default, default, default, null);
        try
        {
            long most = 0;
            foreach (int number in x)
            {
                cutter.Clear();
                cutter.Cut(strings[number], areSeparators);
                most = Math.Max(most, cutter.Tokens.Length);
            }

            return most;
        }
        finally
        {
            cutter.Return();
        }
    }

    /// <summary>The tokens of texts, filled up with another string.</summary>
    /// <param name="x">The texts.</param>
    /// <param name="bounds">The first units of classes of UTF-16 units, rising from 0.</param>
    /// <param name="next">For each state and class the next state, or -1.</param>
    /// <param name="accepts">For each state what may stand behind where it ends a match.</param>
    /// <param name="patterns">For each pattern its first states.</param>
    /// <param name="areSeparators">Whether the patterns are of what separates tokens.</param>
    /// <param name="least">The fewest characters of a token.</param>
    /// <param name="pad">What fills up, one string.</param>
    /// <param name="y">The tokens of each text, <paramref name="width"/> of them.</param>
    /// <param name="width">The number of tokens that each text has room for.</param>
    /// <param name="strings">The call's strings.</param>
    public static void Take(
        ReadOnlySpan<int> x,
        ReadOnlySpan<ushort> bounds,
        ReadOnlySpan<int> next,
        ReadOnlySpan<byte> accepts,
        ReadOnlySpan<int> patterns,
        bool areSeparators,
        int least,
        ReadOnlySpan<int> pad,
        Span<int> y,
        int width,
        StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        Throw.IfShorter(pad.Length, 1, nameof(pad));
        Throw.IfShorter(y.Length, (long)x.Length * width, nameof(y));
        Cutter cutter = new(new PatternScan(bounds, next, accepts, patterns), least, default, default, default, strings);
        try
        {
            for (int i = 0; i < x.Length; i++)
            {
                cutter.Clear();
                cutter.Cut(strings[x[i]], areSeparators);
                Span<int> row = y.Slice(i * width, width);
                int count = Math.Min(width, cutter.Tokens.Length);
                cutter.Tokens[..count].CopyTo(row);
                row[count..].Fill(pad[0]);
            }
        }
        finally
        {
            cutter.Return();
        }
    }
}
