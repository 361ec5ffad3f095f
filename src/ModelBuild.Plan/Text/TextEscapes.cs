using System.Globalization;
using System.Text;

namespace ModelBuild.Plan.Text;

/// <summary>Escapes that keep a foreign string on one line of printable text: <c>\\</c>, <c>\"</c>, <c>\n</c>, <c>\r</c>, <c>\t</c>, <c>\uXXXX</c>.</summary>
internal static class TextEscapes
{
    /// <summary>Appends <paramref name="value"/> escaped, in quotes.</summary>
    public static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        Append(text, value);
        text.Append('"');
    }

    /// <summary>Appends <paramref name="value"/> escaped, without quotes.</summary>
    public static void Append(StringBuilder text, string value)
    {
        foreach (char c in value)
        {
            switch (c)
            {
                case '\\':
                    text.Append("\\\\");
                    break;
                case '"':
                    text.Append("\\\"");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                default:
                    if (IsVisible(c))
                    {
                        text.Append(c);
                    }
                    else
                    {
                        text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    }

                    break;
            }
        }
    }

    /// <summary>Undoes <see cref="Append"/>; false for a broken escape.</summary>
    public static bool TryUnescape(string text, int start, int end, out string value)
    {
        value = "";
        var result = new StringBuilder(end - start);
        for (int i = start; i < end; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }

            if (++i == end)
            {
                return false;
            }

            switch (text[i])
            {
                case '\\':
                case '"':
                    result.Append(text[i]);
                    break;
                case 'n':
                    result.Append('\n');
                    break;
                case 'r':
                    result.Append('\r');
                    break;
                case 't':
                    result.Append('\t');
                    break;
                case 'u' when i + 4 < end && ushort.TryParse(text.Substring(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                    result.Append((char)code);
                    i += 4;
                    break;
                default:
                    return false;
            }
        }

        value = result.ToString();
        return true;
    }

    // Surrogates are written as escapes, so that a lone one survives an encoder.
    private static bool IsVisible(char c)
    {
        if (c < 0x7f)
        {
            return c >= ' ';
        }

        switch (char.GetUnicodeCategory(c))
        {
            case UnicodeCategory.Control:
            case UnicodeCategory.Format:
            case UnicodeCategory.Surrogate:
            case UnicodeCategory.PrivateUse:
            case UnicodeCategory.OtherNotAssigned:
            case UnicodeCategory.LineSeparator:
            case UnicodeCategory.ParagraphSeparator:
            case UnicodeCategory.SpaceSeparator:
                return false;
            default:
                return true;
        }
    }
}
