namespace ModelBuild.Compiler.Ops.Text.Patterns;

/// <summary>Matches a pattern for reference evaluation: all states at once, character by character.</summary>
internal sealed class PatternMatcher
{
    private readonly PatternNfa _nfa = new();
    private readonly PatternNfa.Part _part;

    /// <summary>Reads the pattern.</summary>
    /// <exception cref="FormatException">The pattern is broken or not supported.</exception>
    public PatternMatcher(string pattern) => _part = PatternParser.Parse(pattern, _nfa);

    /// <summary>Length of the longest match at a place of a text, or -1.</summary>
    public int Longest(string text, int start)
    {
        int length = -1;
        HashSet<int> states = [_part.Start];
        for (int at = start; states.Count > 0; at++)
        {
            states = _nfa.Closure(states, a => PatternNfa.Holds(a, SideAt(text, at - 1), SideAt(text, at)));
            length = states.Contains(_part.End) ? at - start : length;
            if (at == text.Length)
            {
                break;
            }

            char c = text[at];
            states = [.. states.SelectMany(_nfa.Moves).Where(m => m.Range.First <= c && c <= m.Range.Last).Select(m => m.To)];
        }

        return length;
    }

    /// <summary>Whether all of a text matches.</summary>
    public bool IsFullMatch(string text) => Longest(text, 0) == text.Length;

    private static PatternSide SideAt(string text, int at) => at < 0 || at >= text.Length ? PatternSide.Nothing : PatternNfa.IsWord(text[at]) ? PatternSide.Word : PatternSide.Other;
}
