using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning;

/// <summary>The pruning schemes: one file and one line each.</summary>
public static class PruningSchemes
{
    /// <summary>Every scheme.</summary>
    public static IReadOnlyList<IPruningScheme> All { get; } =
    [
        new BlockPruning(),
        new ChannelPruning(),
        new MagnitudePruning(),
        new TwoOfFourPruning(),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(s => s.Name)];

    /// <summary>Checks a metadata value whose scheme is known.</summary>
    public static string? Check(string text) => Find(text).Check(Argument(text));

    /// <summary>Prunes as a checked metadata value says.</summary>
    public static IReadOnlyList<Diagnostic> Apply(Graph graph, string text, PruningContext context, CancellationToken cancellation) =>
        Find(text).Apply(graph, Argument(text), context, cancellation);

    private static IPruningScheme Find(string text)
    {
        string name = IsName(text) ? text : text.Split(':', 2)[0];
        return All.First(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));
    }

    private static string Argument(string text) => !IsName(text) && text.Split(':', 2) is [_, string argument] ? argument.Trim() : "";

    // A name may have a colon.
    private static bool IsName(string text) => Names.Contains(text, StringComparer.OrdinalIgnoreCase);
}
