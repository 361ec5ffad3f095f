using System.Globalization;
using System.Text;
using ModelBuild.Plan.Text;

namespace ModelBuild.Generator.Emission;

/// <summary>
/// The only ways in which a foreign name enters generated code: as a string literal, in a comment, in documentation.
/// A model's names may hold anything: line ends, quotes, comment ends, characters that reorder a line.
/// </summary>
internal static class SafeText
{
    // Node names of exported models can be long paths; a comment of this size still reads.
    private const int MaxCommentLength = 200;

    /// <summary>A C# string literal with the same value.</summary>
    public static string Literal(string value)
    {
        var text = new StringBuilder("\"");
        TextEscapes.Append(text, value);
        return text.Append('"').ToString();
    }

    /// <summary>One bounded line for a <c>//</c> comment: letters, digits, ASCII punctuation; everything else as \uXXXX.</summary>
    public static string Comment(string value)
    {
        var text = new StringBuilder();
        foreach (char c in value)
        {
            if (text.Length >= MaxCommentLength)
            {
                text.Append("...");
                break;
            }

            bool isKept = (c >= ' ' && c < 0x7f) || (c > 0x7f && !char.IsSurrogate(c) && char.IsLetterOrDigit(c));
            if (!isKept || (c == '/' && text.Length > 0 && text[text.Length - 1] == '*'))
            {
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    /// <summary><see cref="Comment"/> with XML escapes, for documentation.</summary>
    public static string Doc(string value) => Comment(value)
        .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;");
}
