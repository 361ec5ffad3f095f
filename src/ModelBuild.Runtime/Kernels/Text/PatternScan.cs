using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Reads text by a table of states, which describes one or several patterns.</summary>
/// <param name="bounds">The first units of classes of units, rising from 0.</param>
/// <param name="next">For each state and class the next state, or -1.</param>
/// <param name="accepts">For each state what may stand behind where it ends a match: bits for nothing, a character of a word, and others.</param>
/// <param name="patterns">For each pattern the first state behind nothing, behind a character of a word, and behind others.</param>
internal readonly ref struct PatternScan(ReadOnlySpan<ushort> bounds, ReadOnlySpan<int> next, ReadOnlySpan<byte> accepts, ReadOnlySpan<int> patterns)
{
    private readonly ReadOnlySpan<ushort> _bounds = bounds;
    private readonly ReadOnlySpan<int> _next = next;
    private readonly ReadOnlySpan<byte> _accepts = accepts;
    private readonly ReadOnlySpan<int> _patterns = patterns;

    /// <summary>The number of patterns.</summary>
    public int Count => _patterns.Length / 3;

    /// <summary>Length of the longest match at a place of a text, or -1.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The place.</param>
    /// <param name="pattern">The pattern.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Longest(ReadOnlySpan<char> text, int start, int pattern)
    {
        int length = -1;
        int state = _patterns[(3 * pattern) + SideAt(text, start - 1)];
        for (int i = start; state >= 0; i++)
        {
            int accepts = _accepts[state];
            if (accepts != 0 && (accepts >> SideAt(text, i) & 1) != 0)
            {
                length = i - start;
            }

            if (i == text.Length)
            {
                break;
            }

            state = _next[(state * _bounds.Length) + ClassOf(text[i])];
        }

        return length;
    }

    // 0 for nothing, 1 for a character of a word, 2 for others.
    private static int SideAt(ReadOnlySpan<char> text, int at) => (uint)at >= (uint)text.Length ? 0 : char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_' ? 1 : 2;

    // The last bound that is not above the unit.
    private int ClassOf(char unit)
    {
        int low = 0;
        int high = _bounds.Length;
        while (high - low > 1)
        {
            int middle = (low + high) >> 1;
            (low, high) = _bounds[middle] <= unit ? (middle, high) : (low, middle);
        }

        return low;
    }
}
