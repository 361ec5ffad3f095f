using System.Collections.Generic;
using System.Text;

namespace ModelBuild.Generator.Emission;

/// <summary>Writes indented lines that end in LF.</summary>
internal sealed class CodeWriter
{
    private const int MaxColumns = 160;

    private readonly StringBuilder _text = new();
    private int _indent;

    public override string ToString() => _text.ToString();

    public void Line() => _text.Append('\n');

    public void Line(string line) => _text.Append(' ', 4 * _indent).Append(line).Append('\n');

    /// <summary>Writes a line one level deeper.</summary>
    public void Deeper(string line) => _text.Append(' ', 4 * (_indent + 1)).Append(line).Append('\n');

    /// <summary>Writes a parenthesised list on one line, or one item per line where that would be long.</summary>
    public void List(string before, IEnumerable<string> items, string after)
    {
        List<string> list = [.. items];
        string line = before + "(" + string.Join(", ", list) + ")" + after;
        if (list.Count < 2 || (4 * _indent) + line.Length <= MaxColumns)
        {
            Line(line);
            return;
        }

        Line(before + "(");
        for (int i = 0; i < list.Count; i++)
        {
            Deeper(list[i] + (i == list.Count - 1 ? ")" + after : ","));
        }
    }

    public void Open()
    {
        Line("{");
        _indent++;
    }

    public void Close(string end = "}")
    {
        _indent--;
        Line(end);
    }

    public void Summary(string text) => Line("/// <summary>" + text + "</summary>");

    public void Param(string name, string text) => Line($"/// <param name=\"{name}\">{text}</param>");

    public void Exception(string type, string text) => Line($"/// <exception cref=\"{type}\">{text}</exception>");
}
