using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Text.Patterns;

namespace ModelBuild.Compiler.Ops.Text;

/// <summary>The attributes of com.microsoft Tokenizer 1.</summary>
/// <param name="Patterns">Separators, applied one after another, or the one pattern of tokens.</param>
/// <param name="AreSeparators">Whether they are separators.</param>
/// <param name="Least">The fewest characters of a token.</param>
/// <param name="PadValue">Fills up rows.</param>
internal sealed record TokenizerSettings(string[] Patterns, bool AreSeparators, int Least, string PadValue)
{
    // As a pattern of tokens: any character.
    private const string AnyCharacter = "(?:.|\n)";
    private const int MaxSeparators = 256;

    /// <summary>Reads them.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">They contradict each other (MDB2003) or are not supported (MDB2002).</exception>
    public static TokenizerSettings Of(Node node)
    {
        AttributeMap map = node.Attributes;
        if (map.GetInt("mark", 0) != 0)
        {
            throw NodeErrors.Attribute(node, "mark", "1", "Tokens for begin and end of a text are not supported. Export without, or set Runtime=\"onnxruntime\".");
        }

        string[] separators = map.TryGet("separators", out StringsAttribute? list) ? list.Values : [];
        string expression = map.GetString("tokenexp", "");
        long least = map.GetInt("mincharnum", 1);
        bool fits = (separators.Length > 0) != (expression.Length > 0) && separators.Length <= MaxSeparators && least is > 0 and <= int.MaxValue;
        if (!fits)
        {
            throw NodeErrors.Invalid(node, $"needs one of separators (at most {MaxSeparators}) and tokenexp, and mincharnum above 0.");
        }

        bool areCharacters = separators is [""];
        TokenizerSettings settings = new(expression.Length > 0 ? [expression] : areCharacters ? [AnyCharacter] : separators, expression.Length == 0 && !areCharacters, (int)least, map.GetString("pad_value", ""));
        PatternTable table = settings.Table(node);
        int empty = Enumerable.Range(0, settings.Patterns.Length).FirstOrDefault(table.MatchesNothing, -1);
        return empty < 0 ? settings : throw NodeErrors.Attribute(node, settings.AreSeparators ? "separators" : "tokenexp", settings.Patterns[empty], "It matches the empty string.");
    }

    /// <summary>The patterns as a table.</summary>
    public PatternTable Table(Node node) => PatternTable.Of(node, AreSeparators ? "separators" : "tokenexp", Patterns);

    /// <summary>The tokens of texts.</summary>
    public string[][] Tokens(IEnumerable<string> texts)
    {
        PatternMatcher[] matchers = [.. Patterns.Select(p => new PatternMatcher(p))];
        return [.. texts.Select(t => (AreSeparators ? matchers.Aggregate((string[])[t], (parts, m) => [.. parts.SelectMany(p => Between(m, p))]) : Matches(matchers[0], t)).Where(IsToken).ToArray())];
    }

    private static IEnumerable<string> Between(PatternMatcher separator, string text)
    {
        int start = 0;
        for (int at = 0; at < text.Length;)
        {
            int length = separator.Longest(text, at);
            if (length > 0)
            {
                yield return text[start..at];
                start = at + length;
            }

            at += Math.Max(1, length);
        }

        yield return text[start..];
    }

    private static IEnumerable<string> Matches(PatternMatcher token, string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int length = token.Longest(text, at);
            if (length > 0)
            {
                yield return text.Substring(at, length);
            }

            at += Math.Max(1, length);
        }
    }

    private bool IsToken(string text) => text.EnumerateRunes().Count() is > 0 and int length && length >= Least;
}
