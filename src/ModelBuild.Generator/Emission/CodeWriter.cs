using System.Text;

namespace ModelBuild.Generator.Emission;

/// <summary>Writes indented lines that end in LF.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _indent;

    public override string ToString() => _text.ToString();

    public void Line() => _text.Append('\n');

    public void Line(string line) => _text.Append(' ', 4 * _indent).Append(line).Append('\n');

    /// <summary>Writes a line one level deeper.</summary>
    public void Deeper(string line) => _text.Append(' ', 4 * (_indent + 1)).Append(line).Append('\n');

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
