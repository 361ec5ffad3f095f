using System.Buffers;

namespace ModelBuild.Kernels;

/// <summary>Takes texts apart into tokens and weighs their n-grams, without making a string of any token (com.microsoft Tokenizer 1 before ONNX TfIdfVectorizer 9).</summary>
public static partial class Tokens
{
    private const int FirstCapacity = 256;

    /// <summary>Weighs the n-grams of texts.</summary>
    /// <param name="x">The texts, as many for each row.</param>
    /// <param name="bounds">The first units of classes of UTF-16 units, rising from 0.</param>
    /// <param name="next">For each state and class the next state, or -1.</param>
    /// <param name="accepts">For each state what may stand behind where it ends a match: bits for nothing, a character of a word, and others.</param>
    /// <param name="patterns">
    /// For each pattern the first state behind nothing, behind a character of a word, and behind others. They are of what separates tokens, one after another within the parts that are left, or of tokens.
    /// </param>
    /// <param name="areSeparators">Whether the patterns are of what separates tokens.</param>
    /// <param name="least">The fewest characters of a token.</param>
    /// <param name="chars">The words of n-grams.</param>
    /// <param name="starts">Where each word starts, and where the last one ends.</param>
    /// <param name="slots">The table of <see cref="Words"/>.</param>
    /// <param name="pool">The n-grams as positions of words, those of each size one after another, in rising order within a size.</param>
    /// <param name="columns">The column of each n-gram.</param>
    /// <param name="weights">The weight of each n-gram.</param>
    /// <param name="y">The result [rows, width].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">The columns of the result.</param>
    /// <param name="counts">The number of n-grams of size 1, 2, ....</param>
    /// <param name="maxSkip">The most tokens left out between two of an n-gram.</param>
    /// <param name="once">Whether an n-gram counts once, however often it appears.</param>
    /// <param name="strings">The call's strings.</param>
    public static void Weigh(
        ReadOnlySpan<int> x,
        ReadOnlySpan<ushort> bounds,
        ReadOnlySpan<int> next,
        ReadOnlySpan<byte> accepts,
        ReadOnlySpan<int> patterns,
        bool areSeparators,
        int least,
        ReadOnlySpan<ushort> chars,
        ReadOnlySpan<int> starts,
        ReadOnlySpan<int> slots,
        ReadOnlySpan<long> pool,
        ReadOnlySpan<int> columns,
        ReadOnlySpan<float> weights,
        Span<float> y,
        int rows,
        int width,
        ReadOnlySpan<int> counts,
        int maxSkip,
        bool once,
        StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        Throw.IfShorter(y.Length, (long)rows * width, nameof(y));
        int texts = rows == 0 ? 0 : x.Length / rows;
        Cutter cutter = new(new PatternScan(bounds, next, accepts, patterns), least, chars, starts, slots, null);
        try
        {
            for (int r = 0; r < rows; r++)
            {
                cutter.Clear();
                foreach (int number in x.Slice(r * texts, texts))
                {
                    cutter.Cut(strings[number], areSeparators);
                }

                NGrams.Weigh(cutter.Tokens, pool, columns, weights, y.Slice(r * width, width), 1, cutter.Tokens.Length, width, counts, maxSkip, once);
            }
        }
        finally
        {
            cutter.Return();
        }
    }

    /// <summary>The positions of the words of a text; with strings to add them to, the numbers of its tokens; without words, only how many they are.</summary>
    private ref struct Cutter(PatternScan scan, int least, ReadOnlySpan<ushort> chars, ReadOnlySpan<int> starts, ReadOnlySpan<int> slots, StringTable? strings)
    {
        private readonly StringTable? _strings = strings;
        private readonly PatternScan _scan = scan;
        private readonly int _least = least;
        private readonly ReadOnlySpan<ushort> _chars = chars;
        private readonly ReadOnlySpan<int> _starts = starts;
        private readonly ReadOnlySpan<int> _slots = slots;
        private int[] _tokens = ArrayPool<int>.Shared.Rent(FirstCapacity);
        private int _count;

        public readonly ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

        public void Clear() => _count = 0;

        public readonly void Return() => ArrayPool<int>.Shared.Return(_tokens);

        /// <summary>Takes a text apart.</summary>
        public void Cut(ReadOnlySpan<char> text, bool areSeparators)
        {
            if (areSeparators)
            {
                Split(text, 0);
            }
            else
            {
                Collect(text);
            }
        }

        /// <summary>Splits at each pattern in turn.</summary>
        private void Split(ReadOnlySpan<char> text, int pattern)
        {
            if (pattern == _scan.Count)
            {
                Add(text);
                return;
            }

            int start = 0;
            for (int at = 0; at < text.Length;)
            {
                int length = _scan.Longest(text, at, pattern);
                if (length <= 0)
                {
                    at++;
                    continue;
                }

                Split(text[start..at], pattern + 1);
                at += length;
                start = at;
            }

            Split(text[start..], pattern + 1);
        }

        /// <summary>Takes what matches the one pattern.</summary>
        private void Collect(ReadOnlySpan<char> text)
        {
            for (int at = 0; at < text.Length;)
            {
                int length = _scan.Longest(text, at, 0);
                if (length > 0)
                {
                    Add(text.Slice(at, length));
                }

                at += Math.Max(1, length);
            }
        }

        private void Add(ReadOnlySpan<char> token)
        {
            int length = token.Length;
            foreach (char unit in token)
            {
                length -= char.IsLowSurrogate(unit) ? 1 : 0;
            }

            if (length == 0 || length < _least)
            {
                return;
            }

            if (_count == _tokens.Length)
            {
                int[] larger = ArrayPool<int>.Shared.Rent(2 * _count);
                _tokens.CopyTo(larger, 0);
                ArrayPool<int>.Shared.Return(_tokens);
                _tokens = larger;
            }

            _tokens[_count++] = _strings is not null ? _strings.Add(token.ToString()) : _starts.IsEmpty ? 0 : Words.Find(token, _chars, _starts, _slots);
        }
    }
}
