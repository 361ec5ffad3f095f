using System.Globalization;

namespace ModelBuild.Compiler.Ops.Text.Patterns;

/// <summary>
/// Reads a regular expression in the syntax of RE2, as far as it describes a set of strings: characters, escapes, classes, groups, alternatives, repetitions and anchors. Flags are refused.
/// Greedy and lazy repetitions describe the same set.
/// </summary>
internal sealed class PatternParser
{
    private const int MaxDepth = 100;
    private const int MaxRepetitions = 1000;

    private readonly string _text;
    private readonly PatternNfa _nfa;
    private int _at;

    private PatternParser(string text, PatternNfa nfa) => (_text, _nfa) = (text, nfa);

    /// <summary>Adds a pattern.</summary>
    /// <exception cref="FormatException">The pattern is broken, or says what is not supported; the message tells what.</exception>
    public static PatternNfa.Part Parse(string pattern, PatternNfa nfa)
    {
        PatternParser parser = new(pattern, nfa);
        PatternNfa.Part part = parser.Alternatives(0);
        return parser._at == pattern.Length ? part : throw parser.Error("has a ')' too many");
    }

    private PatternNfa.Part Alternatives(int depth)
    {
        if (depth > MaxDepth)
        {
            throw Error($"is nested more than {MaxDepth} deep");
        }

        PatternNfa.Part part = Sequence(depth);
        while (Take('|'))
        {
            part = _nfa.Either(part, Sequence(depth));
        }

        return part;
    }

    private PatternNfa.Part Sequence(int depth)
    {
        PatternNfa.Part part = _nfa.Nothing();
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
        {
            part = _nfa.Sequence(part, Repetition(depth));
        }

        return part;
    }

    private PatternNfa.Part Repetition(int depth)
    {
        int start = _at;
        PatternNfa.Part part = Atom(depth);
        int end = _at;
        if (Take('*'))
        {
            part = _nfa.Repeated(part);
        }
        else if (Take('+'))
        {
            part = _nfa.Sequence(part, _nfa.Repeated(Again(start, end, depth)));
        }
        else if (Take('?'))
        {
            part = _nfa.Optional(part);
        }
        else if (_at < _text.Length && _text[_at] == '{' && Bounds() is { } bounds)
        {
            part = Times(bounds.Least, bounds.Most, start, end, depth);
        }
        else
        {
            return part;
        }

        // A lazy repetition.
        Take('?');
        if (_at < _text.Length && (_text[_at] is '*' or '+' or '?' || (_text[_at] == '{' && Bounds() is not null)))
        {
            throw Error("repeats a repetition");
        }

        return part;
    }

    private PatternNfa.Part Times(int least, int? most, int start, int end, int depth)
    {
        PatternNfa.Part part = _nfa.Nothing();
        for (int i = 0; i < least; i++)
        {
            part = _nfa.Sequence(part, Again(start, end, depth));
        }

        if (most is null)
        {
            return _nfa.Sequence(part, _nfa.Repeated(Again(start, end, depth)));
        }

        for (int i = least; i < most; i++)
        {
            part = _nfa.Sequence(part, _nfa.Optional(Again(start, end, depth)));
        }

        return part;
    }

    // A copy of what stands between two places.
    private PatternNfa.Part Again(int start, int end, int depth)
    {
        int back = _at;
        _at = start;
        PatternNfa.Part part = Atom(depth);
        _at = _at == end ? back : throw Error("cannot be read");
        return part;
    }

    // Null, and nothing is read, where a brace stands for itself.
    private (int Least, int? Most)? Bounds()
    {
        int close = _text.IndexOf('}', _at);
        string[] numbers = close < 0 ? [] : _text[(_at + 1)..close].Split(',');
        if (numbers.Length is < 1 or > 2 || !int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int least))
        {
            return null;
        }

        int most = least;
        bool isOpen = numbers.Length == 2 && numbers[1].Length == 0;
        if (numbers.Length == 2 && !isOpen && !int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out most))
        {
            return null;
        }

        _at = close + 1;
        return least <= most && most <= MaxRepetitions ? (least, isOpen ? null : most) : throw Error($"repeats {least} to {most} times; {MaxRepetitions} are the most");
    }

    private PatternNfa.Part Atom(int depth)
    {
        char c = _text[_at++];
        switch (c)
        {
            case '(':
                SkipGroupKind();
                PatternNfa.Part group = Alternatives(depth + 1);
                return Take(')') ? group : throw Error("lacks a ')'");
            case '[':
                return _nfa.One(PatternClass.Read(_text, ref _at));
            case '.':
                return _nfa.One(CharSet.Of(('\n', '\n')).Complement());
            case '\\' when _at < _text.Length && AnchorOf(_text[_at]) is { } anchor:
                _at++;
                return _nfa.Anchor(anchor);
            case '\\':
                return _nfa.One(PatternClass.Escape(_text, ref _at));
            case '*' or '+' or '?':
                throw Error($"has a '{c}' without anything to repeat");
            case '^':
                return _nfa.Anchor(PatternAnchor.Begin);
            case '$':
                return _nfa.Anchor(PatternAnchor.End);
        }

        if (!char.IsHighSurrogate(c) || _at == _text.Length)
        {
            return _nfa.One(CharSet.Of((c, c)));
        }

        char low = _text[_at++];
        return _nfa.Sequence(_nfa.One(CharSet.Of((c, c))), _nfa.One(CharSet.Of((low, low))));
    }

    private static PatternAnchor? AnchorOf(char escaped) => escaped switch
    {
        'A' => PatternAnchor.Begin,
        'z' => PatternAnchor.End,
        'b' => PatternAnchor.Boundary,
        'B' => PatternAnchor.NoBoundary,
        _ => null,
    };

    private void SkipGroupKind()
    {
        if (_at == _text.Length || _text[_at] != '?')
        {
            return;
        }

        string rest = _text[_at..];
        int name = rest.StartsWith("?P<", StringComparison.Ordinal) || rest.StartsWith("?<", StringComparison.Ordinal) ? rest.IndexOf('>', StringComparison.Ordinal) : -1;
        _at += rest.StartsWith("?:", StringComparison.Ordinal) ? 2 : name > 0 ? name + 1 : throw Error("has a group with flags, which are not supported");
    }

    private bool Take(char c)
    {
        bool found = _at < _text.Length && _text[_at] == c;
        _at += found ? 1 : 0;
        return found;
    }

    private FormatException Error(string what) => new($"It {what} (at {_at}).");
}
