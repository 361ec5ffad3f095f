using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>A parsed Einstein summation: the label of every axis of every operand and of the result. Letters stand for themselves; the axes of an ellipsis get the characters from <see cref="EllipsisBase"/> on, the last axis the first.</summary>
/// <param name="Operands">Labels of each operand's axes.</param>
/// <param name="Output">Labels of the result's axes.</param>
internal sealed record EinsumEquation(string[] Operands, string Output)
{
    /// <summary>Label of the last axis of an ellipsis.</summary>
    public const char EllipsisBase = '\uE000';

    private const string Ellipsis = "...";
    private const int MaxRank = 16;

    /// <summary>Parses the attribute <c>equation</c>.</summary>
    /// <param name="ranks">Ranks of the operands.</param>
    /// <exception cref="Diagnostics.ModelBuildException">It is not an equation, or does not fit the operands (MDB2003).</exception>
    public static EinsumEquation Parse(Node node, IReadOnlyList<int> ranks)
    {
        string equation = node.Attributes.GetString("equation", "").Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->");
        string[] terms = sides[0].Split(',');
        if (sides.Length > 2 || terms.Length != ranks.Count)
        {
            throw NodeErrors.Invalid(node, $"equation '{equation}' does not name {ranks.Count} operands.");
        }

        string[] operands = [.. terms.Select((t, i) => Labels(node, t, ranks[i]))];
        string all = string.Concat(operands);
        int dots = all.Where(IsEllipsis).Select(c => c - EllipsisBase + 1).DefaultIfEmpty(0).Max();
        string leading = string.Concat(Enumerable.Range(0, dots).Select(i => (char)(EllipsisBase + dots - 1 - i)));
        string output = sides.Length == 2
            ? Labels(node, sides[1], sides[1].Contains(Ellipsis, StringComparison.Ordinal) ? sides[1].Length - Ellipsis.Length + dots : sides[1].Length)
            : leading + string.Concat(all.Where(c => !IsEllipsis(c) && all.Count(d => d == c) == 1).Order());
        return output.Distinct().Count() == output.Length && output.All(c => all.Contains(c, StringComparison.Ordinal))
            ? new EinsumEquation(operands, output)
            : throw NodeErrors.Invalid(node, $"equation '{equation}' repeats an axis of the result, or has one that no operand has.");
    }

    private static bool IsEllipsis(char label) => label >= EllipsisBase;

    private static string Labels(Node node, string term, int rank)
    {
        int at = term.IndexOf(Ellipsis, StringComparison.Ordinal);
        string letters = at < 0 ? term : term.Remove(at, Ellipsis.Length);
        int dots = rank - letters.Length;
        if (!letters.All(char.IsAsciiLetter) || (at < 0 ? dots != 0 : dots < 0) || rank > MaxRank)
        {
            throw NodeErrors.Invalid(node, $"term '{term}' of the equation does not fit an operand of rank {rank}.");
        }

        return at < 0 ? letters : letters.Insert(at, string.Concat(Enumerable.Range(0, dots).Select(i => (char)(EllipsisBase + dots - 1 - i))));
    }
}
