namespace ModelBuild.Compiler.Ops.Text.Patterns;

/// <summary>States with moves over sets of UTF-16 units and moves over nothing, some of which hold at certain places only; Thompson's construction.</summary>
internal sealed class PatternNfa
{
    // {n,m} copies what it repeats.
    private const int MaxStates = 20_000;

    private readonly List<List<(PatternAnchor? Anchor, int To)>> _empty = [];
    private readonly List<List<((char First, char Last) Range, int To)>> _moves = [];

    /// <summary>A part of a pattern: where it begins and ends.</summary>
    internal readonly record struct Part(int Start, int End);

    /// <summary>Number of states.</summary>
    public int Count => _moves.Count;

    /// <summary>True where a move depends on its place.</summary>
    public bool HasAnchors { get; private set; }

    /// <summary>True for characters of words.</summary>
    public static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>All states that moves over nothing reach.</summary>
    /// <param name="holds">Tells whether an anchor holds; null follows no move that asks for one.</param>
    public HashSet<int> Closure(IEnumerable<int> seeds, Func<PatternAnchor, bool>? holds)
    {
        HashSet<int> seen = [.. seeds];
        Stack<int> work = new(seen);
        while (work.TryPop(out int state))
        {
            foreach ((PatternAnchor? anchor, int to) in _empty[state])
            {
                if ((anchor is not { } asked || holds?.Invoke(asked) == true) && seen.Add(to))
                {
                    work.Push(to);
                }
            }
        }

        return seen;
    }

    /// <summary>Whether an anchor holds between two sides.</summary>
    public static bool Holds(PatternAnchor anchor, PatternSide before, PatternSide behind) => anchor switch
    {
        PatternAnchor.Begin => before == PatternSide.Nothing,
        PatternAnchor.End => behind == PatternSide.Nothing,
        PatternAnchor.Boundary => (before == PatternSide.Word) != (behind == PatternSide.Word),
        _ => (before == PatternSide.Word) == (behind == PatternSide.Word),
    };

    /// <summary>Moves over a unit from a state.</summary>
    public IReadOnlyList<((char First, char Last) Range, int To)> Moves(int state) => _moves[state];

    /// <summary>Matches nothing.</summary>
    public Part Nothing()
    {
        int state = State();
        return new Part(state, state);
    }

    /// <summary>Matches nothing, at certain places.</summary>
    public Part Anchor(PatternAnchor anchor)
    {
        HasAnchors = true;
        Part part = new(State(), State());
        _empty[part.Start].Add((anchor, part.End));
        return part;
    }

    /// <summary>Matches one character of a set.</summary>
    public Part One(CharSet set)
    {
        Part part = new(State(), State());
        foreach ((char First, char Last) range in set.Ranges)
        {
            _moves[part.Start].Add((range, part.End));
        }

        if (set.HasPairs)
        {
            int middle = State();
            _moves[part.Start].Add(((CharSet.FirstHigh, (char)(CharSet.FirstLow - 1)), middle));
            _moves[middle].Add(((CharSet.FirstLow, CharSet.LastLow), part.End));
        }

        return part;
    }

    /// <summary>Matches one after the other.</summary>
    public Part Sequence(Part first, Part second)
    {
        _empty[first.End].Add((null, second.Start));
        return new Part(first.Start, second.End);
    }

    /// <summary>Matches one of both.</summary>
    public Part Either(Part a, Part b)
    {
        Part part = new(State(), State());
        _empty[part.Start].AddRange([(null, a.Start), (null, b.Start)]);
        _empty[a.End].Add((null, part.End));
        _empty[b.End].Add((null, part.End));
        return part;
    }

    /// <summary>Matches a part or nothing.</summary>
    public Part Optional(Part inner) => Either(inner, Nothing());

    /// <summary>Matches a part any number of times.</summary>
    public Part Repeated(Part inner)
    {
        Part part = new(State(), State());
        _empty[part.Start].AddRange([(null, inner.Start), (null, part.End)]);
        _empty[inner.End].AddRange([(null, inner.Start), (null, part.End)]);
        return part;
    }

    private int State()
    {
        if (Count == MaxStates)
        {
            throw new FormatException("The pattern is too large.");
        }

        _empty.Add([]);
        _moves.Add([]);
        return Count - 1;
    }
}
