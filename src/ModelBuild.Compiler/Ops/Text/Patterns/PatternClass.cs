using System.Globalization;

namespace ModelBuild.Compiler.Ops.Text.Patterns;

/// <summary>Classes in brackets and escapes of a pattern.</summary>
internal static class PatternClass
{
    private static readonly Dictionary<string, (char First, char Last)[]> s_named = new(StringComparer.Ordinal)
    {
        ["alnum"] = [('0', '9'), ('A', 'Z'), ('a', 'z')],
        ["alpha"] = [('A', 'Z'), ('a', 'z')],
        ["ascii"] = [('\0', '\x7f')],
        ["blank"] = [('\t', '\t'), (' ', ' ')],
        ["cntrl"] = [('\0', '\x1f'), ('\x7f', '\x7f')],
        ["digit"] = [('0', '9')],
        ["graph"] = [('!', '~')],
        ["lower"] = [('a', 'z')],
        ["print"] = [(' ', '~')],
        ["punct"] = [('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        ["space"] = [('\t', '\r'), (' ', ' ')],
        ["upper"] = [('A', 'Z')],
        ["word"] = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        ["xdigit"] = [('0', '9'), ('A', 'F'), ('a', 'f')],
    };

    /// <summary>Reads a class whose opening bracket has been read.</summary>
    /// <exception cref="FormatException">It is broken, or has what is not supported.</exception>
    public static CharSet Read(string text, ref int at)
    {
        bool isNegated = at < text.Length && text[at] == '^';
        at += isNegated ? 1 : 0;
        List<(char First, char Last)> ranges = [];
        bool hasPairs = false;
        int start = at;
        while (true)
        {
            if (at >= text.Length)
            {
                throw new FormatException("It lacks a ']'.");
            }

            if (text[at] == ']' && at > start)
            {
                at++;
                break;
            }

            CharSet item = Item(text, ref at);
            bool isRange = item.Ranges is [var one] && one.First == one.Last && !item.HasPairs && at + 1 < text.Length && text[at] == '-' && text[at + 1] != ']';
            if (isRange)
            {
                at++;
                char first = item.Ranges[0].First;
                item = Item(text, ref at) is { HasPairs: false, Ranges: [var last] } && last.First == last.Last && last.First >= first
                    ? CharSet.Of((first, last.First))
                    : throw new FormatException("A range of a class has no order.");
            }

            ranges.AddRange(item.Ranges);
            hasPairs |= item.HasPairs;
        }

        CharSet set = CharSet.Of(ranges) with { HasPairs = hasPairs };
        return isNegated ? set.Complement() : set;
    }

    /// <summary>Reads an escape whose backslash has been read.</summary>
    /// <exception cref="FormatException">It is broken, or is not supported.</exception>
    public static CharSet Escape(string text, ref int at)
    {
        if (at >= text.Length)
        {
            throw new FormatException("It ends in a '\\'.");
        }

        char c = text[at++];
        return c switch
        {
            'd' => CharSet.Of(s_named["digit"]),
            'D' => CharSet.Of(s_named["digit"]).Complement(),
            'w' => CharSet.Of(s_named["word"]),
            'W' => CharSet.Of(s_named["word"]).Complement(),
            's' => CharSet.Of(('\t', '\n'), ('\f', '\r'), (' ', ' ')),
            'S' => CharSet.Of(('\t', '\n'), ('\f', '\r'), (' ', ' ')).Complement(),
            'a' => One('\a'),
            'f' => One('\f'),
            'n' => One('\n'),
            'r' => One('\r'),
            't' => One('\t'),
            'v' => One('\v'),
            'x' => Hexadecimal(text, ref at),
            _ when !char.IsAsciiLetterOrDigit(c) => One(c),
            _ => throw new FormatException($"It has the escape '\\{c}', which is not supported."),
        };
    }

    private static CharSet Item(string text, ref int at)
    {
        if (text[at] == '[' && at + 1 < text.Length && text[at + 1] == ':')
        {
            int end = text.IndexOf(":]", at, StringComparison.Ordinal);
            string name = end < 0 ? "" : text[(at + 2)..end];
            at = end + 2;
            bool isNegated = name.StartsWith('^');
            CharSet set = s_named.TryGetValue(name.TrimStart('^'), out (char First, char Last)[]? ranges) ? CharSet.Of(ranges) : throw new FormatException($"It has an unknown class '{name}'.");
            return isNegated ? set.Complement() : set;
        }

        char c = text[at++];
        return c == '\\' ? Escape(text, ref at) : char.IsSurrogate(c) ? throw new FormatException("It has a character beyond the basic plane in a class, which is not supported.") : One(c);
    }

    private static CharSet Hexadecimal(string text, ref int at)
    {
        string digits = at < text.Length && text[at] == '{' && text.IndexOf('}', at) is > 0 and int close ? text[(at + 1)..close] : at + 2 <= text.Length ? text[at..(at + 2)] : "";
        bool isShort = at < text.Length && text[at] != '{';
        at += digits.Length + (isShort ? 0 : 2);
        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) && code <= char.MaxValue && !char.IsSurrogate((char)code)
            ? One((char)code)
            : throw new FormatException($"It has the code '{digits}', which is not supported.");
    }

    private static CharSet One(char c) => CharSet.Of((c, c));
}
