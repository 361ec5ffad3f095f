using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Text.Patterns;

/// <summary>
/// Patterns as one table that is read unit by unit: <paramref name="Bounds"/> are the first units of classes of units, <paramref name="Next"/> holds for each state and class the next state or -1, and
/// <paramref name="Accepts"/> the bits of what may stand behind where a state ends a match: 1 for nothing, 2 for a character of a word, 4 for others. <paramref name="Starts"/> holds for each pattern the first state
/// behind nothing, behind a character of a word and behind others.
/// </summary>
internal sealed record PatternTable(ushort[] Bounds, int[] Next, byte[] Accepts, int[] Starts)
{
    private const int MaxStates = 10_000;

    /// <summary>The table of one or several patterns.</summary>
    /// <param name="attribute">The attribute that holds them, for messages.</param>
    /// <exception cref="Diagnostics.ModelBuildException">A pattern is broken or not supported (MDB2002).</exception>
    public static PatternTable Of(Node node, string attribute, IReadOnlyList<string> patterns)
    {
        PatternNfa nfa = new();
        List<PatternNfa.Part> parts = [];
        foreach (string pattern in patterns)
        {
            try
            {
                parts.Add(PatternParser.Parse(pattern, nfa));
            }
            catch (FormatException e)
            {
                throw NodeErrors.Attribute(node, attribute, pattern, $"{e.Message} Write it without, or set Runtime=\"onnxruntime\".");
            }
        }

        ushort[] bounds = BoundsOf(nfa);
        List<int> next = [];
        List<byte> accepts = [];
        List<int> starts = [];
        foreach (PatternNfa.Part part in parts)
        {
            Determined states = new(nfa, part, bounds, next, accepts);
            starts.AddRange([states.Start(PatternSide.Nothing), states.Start(PatternSide.Word), states.Start(PatternSide.Other)]);
            if (!states.Complete(MaxStates))
            {
                throw NodeErrors.Attribute(node, attribute, patterns[parts.IndexOf(part)], "It needs too many states.");
            }
        }

        return new PatternTable(bounds, [.. next], [.. accepts], [.. starts]);
    }

    /// <summary>True when a pattern matches the empty string at any place.</summary>
    public bool MatchesNothing(int pattern) => Starts.AsSpan(pattern * 3, 3).ToArray().Any(s => Accepts[s] != 0);

    /// <summary>The arguments <c>bounds</c>, <c>next</c>, <c>accepts</c> and <c>patterns</c>.</summary>
    public (string Name, StepValue Value)[] Arguments(ILoweringContext context) =>
    [
        ("bounds", context.Weights(Tensor.Vector<ushort>(Bounds))), ("next", context.Weights(Tensor.Vector<int>(Next))), ("accepts", context.Weights(Tensor.Vector<byte>(Accepts))), ("patterns", Starts),
    ];

    // Units that no move tells apart are one class.
    private static ushort[] BoundsOf(PatternNfa nfa)
    {
        SortedSet<int> bounds = nfa.HasAnchors ? [0, '0', '9' + 1, 'A', 'Z' + 1, '_', '_' + 1, 'a', 'z' + 1] : [0];
        for (int state = 0; state < nfa.Count; state++)
        {
            foreach (((char first, char last), _) in nfa.Moves(state))
            {
                bounds.Add(first);
                bounds.Add(last + 1);
            }
        }

        return [.. bounds.Where(b => b <= char.MaxValue).Select(b => (ushort)b)];
    }

    /// <summary>The subset construction of one pattern. A state is a set of the pattern's states and what stands before its place; states are numbered on from those of the patterns before.</summary>
    private sealed class Determined(PatternNfa nfa, PatternNfa.Part part, ushort[] bounds, List<int> next, List<byte> accepts)
    {
        private static readonly PatternSide[] s_sides = [PatternSide.Nothing, PatternSide.Word, PatternSide.Other];

        private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
        private readonly Queue<(int[] States, PatternSide Before)> _work = new();

        /// <summary>The first state behind a side.</summary>
        public int Start(PatternSide before) => Number([part.Start], before);

        /// <summary>Finds all states; false when there are too many.</summary>
        public bool Complete(int most)
        {
            while (_work.TryDequeue(out (int[] States, PatternSide Before) state))
            {
                foreach (ushort bound in bounds)
                {
                    PatternSide unit = PatternNfa.IsWord((char)bound) ? PatternSide.Word : PatternSide.Other;
                    next.Add(Number([.. At(state.States, state.Before, unit).SelectMany(nfa.Moves).Where(m => m.Range.First <= bound && bound <= m.Range.Last).Select(m => m.To)], unit));
                }

                if (_known.Count > most)
                {
                    return false;
                }
            }

            return true;
        }

        private HashSet<int> At(IEnumerable<int> states, PatternSide before, PatternSide behind) => nfa.Closure(states, a => PatternNfa.Holds(a, before, behind));

        private int Number(int[] seeds, PatternSide before)
        {
            int[] states = [.. nfa.Closure(seeds, null).Order()];
            if (states.Length == 0)
            {
                return -1;
            }

            // Without anchors it does not matter what stands before.
            string key = $"{(nfa.HasAnchors ? before : PatternSide.Nothing)}:{string.Join(',', states)}";
            if (!_known.TryGetValue(key, out int number))
            {
                number = accepts.Count;
                _known.Add(key, number);
                accepts.Add((byte)s_sides.Where(s => At(states, before, s).Contains(part.End)).Sum(s => 1 << (int)s));
                _work.Enqueue((states, before));
            }

            return number;
        }
    }
}
