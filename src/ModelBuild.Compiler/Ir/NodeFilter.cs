namespace ModelBuild.Compiler.Ir;

/// <summary>Chooses nodes by operator type or by name, with <c>*</c> for any text.</summary>
/// <param name="patterns">Patterns; a node matches when one does.</param>
public sealed class NodeFilter(IReadOnlyList<string> patterns)
{
    /// <summary>Matches nothing.</summary>
    public static NodeFilter None { get; } = new([]);

    /// <summary>True when a pattern is the node's operator type or matches its name.</summary>
    public bool Matches(Node node) => patterns.Any(p => p == node.OpType || MatchesText(p, node.Name));

    private static bool MatchesText(string pattern, string text)
    {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }
}
