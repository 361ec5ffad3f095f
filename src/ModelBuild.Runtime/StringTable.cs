using System.Buffers.Binary;
using System.Text;

namespace ModelBuild;

/// <summary>
/// The strings of one call. Memory of a call holds strings as their numbers here: first come the strings that the model itself names, 0 the empty one, then those that the caller gave and that the call made.
/// Allocates nothing once it has seen a call, but for strings that a call makes. Not safe to use from two threads at once.
/// </summary>
public sealed class StringTable
{
    private string[] _strings = [""];
    private string[]?[] _outputs = [];
    private bool _isLoaded;
    private int _literals = 1;
    private int _count = 1;

    /// <summary>The string of a number.</summary>
    internal string this[int number] => (uint)number < (uint)_count ? _strings[number] : throw new ArgumentOutOfRangeException(nameof(number), number, "The call has no such string.");

    /// <summary>Memory for the strings of an output that nobody asked for.</summary>
    /// <param name="index">Ordinal of the output.</param>
    /// <param name="count">Its elements.</param>
    public Span<string> Output(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (_outputs.Length <= index)
        {
            Array.Resize(ref _outputs, index + 1);
        }

        if (_outputs[index] is not { } strings || strings.Length < count)
        {
            _outputs[index] = strings = new string[count];
        }

        return strings.AsSpan(0, count);
    }

    /// <summary>Forgets the strings of the last call, and reads the model's own where that has not happened yet.</summary>
    /// <param name="literals">Their number, where each ends in bytes, and their UTF-8.</param>
    internal void Begin(ReadOnlySpan<byte> literals)
    {
        if (!_isLoaded)
        {
            Load(literals);
        }

        Clear();
    }

    /// <summary>Forgets all strings but the model's own.</summary>
    internal void Clear()
    {
        Array.Clear(_strings, _literals, _count - _literals);
        _count = _literals;
    }

    /// <summary>Adds a string and returns its number.</summary>
    internal int Add(string value)
    {
        if (value.Length == 0)
        {
            return 0;
        }

        if (_count == _strings.Length)
        {
            Array.Resize(ref _strings, Math.Max(16, 2 * _count));
        }

        _strings[_count] = value;
        return _count++;
    }

    private void Load(ReadOnlySpan<byte> literals)
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(literals);
        ReadOnlySpan<byte> ends = literals.Slice(sizeof(int), count * sizeof(int));
        ReadOnlySpan<byte> text = literals[((count + 1) * sizeof(int))..];
        _strings = new string[count];
        int start = 0;
        for (int i = 0; i < count; i++)
        {
            int end = BinaryPrimitives.ReadInt32LittleEndian(ends[(i * sizeof(int))..]);
            _strings[i] = Encoding.UTF8.GetString(text[start..end]);
            start = end;
        }

        (_literals, _count, _isLoaded) = (count, count, true);
    }
}
