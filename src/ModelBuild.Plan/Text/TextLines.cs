using System;

namespace ModelBuild.Plan.Text;

/// <summary>The lines of a text, read one after another; every failure names its line.</summary>
internal sealed class TextLines
{
    private readonly string _text;
    private int _position;

    public TextLines(string text) => _text = text;

    /// <summary>The line read last, counted from 1.</summary>
    public int Number { get; private set; }

    public PlanFormatException Error(string message) => new(Number, message);

    /// <summary>Whether the next line begins with the word <paramref name="key"/>.</summary>
    public bool NextIs(string key) =>
        string.CompareOrdinal(_text, _position, key, 0, key.Length) == 0
        && _position + key.Length < _text.Length && _text[_position + key.Length] == ' ';

    public void ReadHeader(string magic, int version)
    {
        string line = ReadLine();
        if (!line.StartsWith(magic + " ", StringComparison.Ordinal))
        {
            throw Error($"The text does not begin with '{magic}'.");
        }

        if (line != magic + " " + TextNumbers.Format(version))
        {
            throw Error($"The version of this text is not {version}; build again so that both sides have the same version of ModelBuild.");
        }
    }

    public void ReadEnd(int count)
    {
        if (ReadNumber("end", 0, int.MaxValue) != count)
        {
            throw Error($"The text holds {count} calls and says another number.");
        }

        if (_position < _text.Length)
        {
            Number++;
            throw Error("Text follows the end.");
        }
    }

    /// <summary>Reads a line <c>key rest</c> and returns the rest.</summary>
    public string ReadWord(string key)
    {
        string line = ReadLine();
        if (!line.StartsWith(key, StringComparison.Ordinal) || line.Length <= key.Length || line[key.Length] != ' ')
        {
            throw Error($"Expected a line '{key}'.");
        }

        return line.Substring(key.Length + 1);
    }

    public LineScanner ReadScanner(string key) => new(ReadWord(key), Number);

    public string ReadString(string key)
    {
        LineScanner scanner = ReadScanner(key);
        string value = scanner.ReadQuoted();
        scanner.ExpectEnd();
        return value;
    }

    /// <summary>Reads a quoted string of lower-case hexadecimal digits, which may be empty.</summary>
    public string ReadHash(string key)
    {
        string value = ReadString(key);
        foreach (char c in value)
        {
            if (TextNumbers.HexDigits.IndexOf(c) < 0)
            {
                throw Error($"'{key}' is not in lower-case hexadecimal digits.");
            }
        }

        return value;
    }

    public long ReadNumber(string key, long min, long max)
    {
        if (!TextNumbers.TryParse(ReadWord(key), out long value) || value < min || value > max)
        {
            throw Error($"'{key}' is not a number from {min} to {max}.");
        }

        return value;
    }

    public double ReadDouble(string key)
    {
        if (!TextNumbers.TryParse(ReadWord(key), out double value))
        {
            throw Error($"'{key}' is not a number.");
        }

        return value;
    }

    public bool ReadBool(string key) => ReadWord(key) switch
    {
        "true" => true,
        "false" => false,
        _ => throw Error($"'{key}' is neither true nor false."),
    };

    public string ReadComment()
    {
        string line = ReadWord("#");
        return TextEscapes.TryUnescape(line, 0, line.Length, out string comment) ? comment : throw Error("The comment has a broken escape.");
    }

    private string ReadLine()
    {
        Number++;
        int end = _text.IndexOf('\n', _position);
        if (end < 0)
        {
            throw Error("The text ends too early.");
        }

        int last = end > _position && _text[end - 1] == '\r' ? end - 1 : end;
        string line = _text.Substring(_position, last - _position);
        _position = end + 1;
        return line;
    }
}
