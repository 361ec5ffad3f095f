using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

public static partial class Strings
{
    /// <summary>The most parts that one of the strings has (ONNX StringSplit 20).</summary>
    /// <param name="x">The strings.</param>
    /// <param name="delimiter">What stands between parts; empty for runs of white space.</param>
    /// <param name="limit">The most splits of a string.</param>
    /// <param name="strings">The call's strings.</param>
    public static long SplitCount(ReadOnlySpan<int> x, ReadOnlySpan<ushort> delimiter, long limit, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        long most = 0;
        foreach (int number in x)
        {
            Parts parts = new(strings[number], delimiter, limit);
            long count = 0;
            while (parts.MoveNext())
            {
                count++;
            }

            most = Math.Max(most, count);
        }

        return most;
    }

    /// <summary>The parts of strings, filled up with empty ones, and their numbers.</summary>
    /// <param name="x">The strings.</param>
    /// <param name="delimiter">What stands between parts; empty for runs of white space.</param>
    /// <param name="y">The parts of each string, <paramref name="width"/> of them.</param>
    /// <param name="counts">Receives the number of parts of each string; may be absent.</param>
    /// <param name="width">The number of parts that each string has room for.</param>
    /// <param name="limit">The most splits of a string.</param>
    /// <param name="strings">The call's strings.</param>
    public static void Split(ReadOnlySpan<int> x, ReadOnlySpan<ushort> delimiter, Span<int> y, Span<long> counts, int width, long limit, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        Throw.IfShorter(y.Length, (long)x.Length * width, nameof(y));
        y.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            string text = strings[x[i]];
            Parts parts = new(text, delimiter, limit);
            int count = 0;
            for (; parts.MoveNext(); count++)
            {
                if (count < width)
                {
                    y[(i * width) + count] = parts.Current.Length == text.Length ? x[i] : strings.Add(parts.Current.ToString());
                }
            }

            if (!counts.IsEmpty)
            {
                counts[i] = count;
            }
        }
    }

    /// <summary>The parts of one string. Without a delimiter none stands at either end of it, and what is left after the last split keeps its white space.</summary>
    private ref struct Parts(ReadOnlySpan<char> text, ReadOnlySpan<ushort> delimiter, long limit)
    {
        private readonly ReadOnlySpan<char> _delimiter = MemoryMarshal.Cast<ushort, char>(delimiter);
        private ReadOnlySpan<char> _rest = delimiter.IsEmpty ? text.TrimStart() : text;
        private long _splits = Math.Max(0, limit);
        private bool _hasEnded = delimiter.IsEmpty && text.TrimStart().IsEmpty;

        public ReadOnlySpan<char> Current { get; private set; }

        public bool MoveNext()
        {
            if (_hasEnded)
            {
                return false;
            }

            int end = _splits-- <= 0 ? -1 : _delimiter.IsEmpty ? WhiteSpace(_rest) : _rest.IndexOf(_delimiter);
            if (end < 0)
            {
                Current = _rest;
                _hasEnded = true;
                return true;
            }

            Current = _rest[..end];
            _rest = _delimiter.IsEmpty ? _rest[end..].TrimStart() : _rest[(end + _delimiter.Length)..];
            _hasEnded = _delimiter.IsEmpty && _rest.IsEmpty;
            return true;
        }

        private static int WhiteSpace(ReadOnlySpan<char> text)
        {
            for (int i = 0; i < text.Length; i++)
            {
                if (char.IsWhiteSpace(text[i]))
                {
                    return i;
                }
            }

            return -1;
        }
    }
}
