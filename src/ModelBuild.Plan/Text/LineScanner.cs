using System;

namespace ModelBuild.Plan.Text;

/// <summary>Reads words and quoted strings from one line.</summary>
internal sealed class LineScanner
{
    private readonly string _line;
    private readonly int _number;
    private int _position;

    public LineScanner(string line, int number)
    {
        _line = line;
        _number = number;
    }

    public bool IsAtEnd => _position == _line.Length;

    public void Expect(char c)
    {
        if (IsAtEnd || _line[_position] != c)
        {
            throw new PlanFormatException(_number, $"Expected '{c}' at column {_position + 1}.");
        }

        _position++;
    }

    public void Expect(string word)
    {
        if (string.CompareOrdinal(_line, _position, word, 0, word.Length) != 0)
        {
            throw new PlanFormatException(_number, $"Expected '{word}' at column {_position + 1}.");
        }

        _position += word.Length;
    }

    public bool NextIs(string word) => string.CompareOrdinal(_line, _position, word, 0, word.Length) == 0;

    public void ExpectEnd()
    {
        if (!IsAtEnd)
        {
            throw new PlanFormatException(_number, $"Unexpected text at column {_position + 1}.");
        }
    }

    /// <summary>Reads up to the next space or the end; may be empty.</summary>
    public string ReadWord()
    {
        int end = _line.IndexOf(' ', _position);
        end = end < 0 ? _line.Length : end;
        string word = _line.Substring(_position, end - _position);
        _position = end;
        return word;
    }

    public string ReadQuoted()
    {
        Expect('"');
        int start = _position;
        while (!IsAtEnd && _line[_position] != '"')
        {
            _position = Math.Min(_line.Length, _position + (_line[_position] == '\\' ? 2 : 1));
        }

        int end = _position;
        Expect('"');
        return TextEscapes.TryUnescape(_line, start, end, out string value)
            ? value
            : throw new PlanFormatException(_number, $"The string at column {start} has a broken escape.");
    }
}
