using System.Globalization;
using System.Net;
using System.Text;

namespace ModelBuild.Compiler.Output;

/// <summary>The Markdown report as one HTML page that needs no other file.</summary>
public static class HtmlReport
{
    private const string Style = "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em;color:#222}table{border-collapse:collapse;margin:1em 0}"
        + "td,th{border:1px solid #ccc;padding:.25em .6em;text-align:left;vertical-align:top}.n{text-align:right;font-variant-numeric:tabular-nums}code{background:#f3f3f3;overflow-wrap:anywhere}";

    /// <summary>Renders the forms that <see cref="ReportWriter.Markdown"/> prints: headings, paragraphs, tables, lists and code.</summary>
    public static string Render(string title, string markdown)
    {
        StringBuilder html = new();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>").Append(WebUtility.HtmlEncode(title)).Append("</title><style>").Append(Style).Append("</style></head>\n<body>\n");
        string[] lines = markdown.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('|'))
            {
                int end = i;
                while (end < lines.Length && lines[end].StartsWith('|'))
                {
                    end++;
                }

                AppendTable(html, lines[i..end]);
                i = end - 1;
            }
            else if (lines[i].StartsWith("- ", StringComparison.Ordinal))
            {
                bool opens = i == 0 || !lines[i - 1].StartsWith("- ", StringComparison.Ordinal);
                bool closes = i + 1 == lines.Length || !lines[i + 1].StartsWith("- ", StringComparison.Ordinal);
                html.Append(opens ? "<ul>\n" : "").Append("<li>").Append(Inline(lines[i][2..])).Append(closes ? "</li>\n</ul>\n" : "</li>\n");
            }
            else if (lines[i].StartsWith('#'))
            {
                int level = lines[i].TakeWhile(c => c == '#').Count();
                html.Append(CultureInfo.InvariantCulture, $"<h{level}>{Inline(lines[i][level..].Trim())}</h{level}>\n");
            }
            else if (lines[i].Length > 0)
            {
                html.Append("<p>").Append(Inline(lines[i])).Append("</p>\n");
            }
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void AppendTable(StringBuilder html, string[] rows)
    {
        bool[] isNumber = [.. Cells(rows[1]).Select(c => c.EndsWith(':'))];
        html.Append("<table>\n");
        for (int r = 0; r < rows.Length; r++)
        {
            if (r == 1)
            {
                continue;
            }

            string[] cells = Cells(rows[r]);
            string tag = r == 0 ? "th" : "td";
            html.Append("<tr>");
            for (int c = 0; c < cells.Length; c++)
            {
                html.Append('<').Append(tag).Append(c < isNumber.Length && isNumber[c] ? " class=\"n\">" : ">").Append(Inline(cells[c])).Append("</").Append(tag).Append('>');
            }

            html.Append("</tr>\n");
        }

        html.Append("</table>\n");
    }

    private static string[] Cells(string row) => [.. row.Trim('|').Replace("\\|", "\u0001", StringComparison.Ordinal).Split('|').Select(c => c.Trim().Replace('\u0001', '|'))];

    private static string Inline(string text)
    {
        string[] parts = WebUtility.HtmlEncode(text).Split('`');
        return string.Concat(parts.Select((p, i) => i % 2 == 1 && i < parts.Length - 1 ? $"<code>{p}</code>" : p));
    }
}
