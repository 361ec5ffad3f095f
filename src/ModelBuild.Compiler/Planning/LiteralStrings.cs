using System.Buffers.Binary;
using System.Text;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Planning;

/// <summary>The strings that a model itself names, numbered as the runtime's <see cref="StringTable"/> numbers them: in the order of first use, 0 the empty one.</summary>
internal sealed class LiteralStrings
{
    private readonly List<string> _strings = [""];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [""] = 0 };

    /// <summary>The numbers of a tensor's strings.</summary>
    public Tensor NumbersOf(Tensor strings) => Tensor.Create<int>([.. strings.ToStringArray().Select(NumberOf)], strings.Dims);

    /// <summary>The form in which the runtime reads them: their number, where each ends in bytes, and their UTF-8.</summary>
    public Tensor ToTensor()
    {
        byte[][] texts = [.. _strings.Select(Encoding.UTF8.GetBytes)];
        byte[] data = new byte[checked(((texts.Length + 1) * sizeof(int)) + texts.Sum(t => t.Length))];
        BinaryPrimitives.WriteInt32LittleEndian(data, texts.Length);
        int end = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i].CopyTo(data.AsSpan(((texts.Length + 1) * sizeof(int)) + end));
            end += texts[i].Length;
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan((i + 1) * sizeof(int)), end);
        }

        return Tensor.Vector<byte>(data);
    }

    private int NumberOf(string value)
    {
        if (!_numbers.TryGetValue(value, out int number))
        {
            number = _strings.Count;
            _strings.Add(value);
            _numbers.Add(value, number);
        }

        return number;
    }
}
