using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Digits.Training.Output;

/// <summary>A NumPy array: its type (<c>&lt;f4</c>, <c>&lt;i8</c>, <c>|u1</c>), shape and little-endian data in C order.</summary>
internal sealed class NpyArray
{
    private const int Alignment = 64;
    private readonly byte[] _data;

    private NpyArray(string descriptor, int[] shape, byte[] data, int elementSize)
    {
        long expected = shape.Aggregate(1L, (product, dim) => product * dim) * elementSize;
        if (expected != data.Length)
        {
            throw new ArgumentException($"Shape ({string.Join(", ", shape)}) needs {expected} bytes, not {data.Length}.", nameof(shape));
        }

        Descriptor = descriptor;
        Shape = shape;
        _data = data;
    }

    /// <summary>The type in NumPy's notation.</summary>
    public string Descriptor { get; }

    /// <summary>Lengths of the axes.</summary>
    public int[] Shape { get; }

    /// <summary>An array of float32.</summary>
    public static NpyArray FromSingle(ReadOnlySpan<float> values, params int[] shape)
    {
        byte[] data = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * sizeof(float)), values[i]);
        }

        return new NpyArray("<f4", shape, data, sizeof(float));
    }

    /// <summary>An array of int64.</summary>
    public static NpyArray FromInt64(ReadOnlySpan<long> values, params int[] shape)
    {
        byte[] data = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(i * sizeof(long)), values[i]);
        }

        return new NpyArray("<i8", shape, data, sizeof(long));
    }

    /// <summary>An array of uint8.</summary>
    public static NpyArray FromByte(ReadOnlySpan<byte> values, params int[] shape) =>
        new("|u1", shape, values.ToArray(), sizeof(byte));

    /// <summary>Writes the array as a <c>.npy</c> file, format version 1.0.</summary>
    public void Write(Stream stream)
    {
        string dims = string.Join(", ", Shape.Select(dim => dim.ToString(CultureInfo.InvariantCulture)));
        string tuple = Shape.Length == 1 ? $"({dims},)" : $"({dims})";
        string header = $"{{'descr': '{Descriptor}', 'fortran_order': False, 'shape': {tuple}, }}";
        ReadOnlySpan<byte> preamble = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        int unpadded = preamble.Length + sizeof(ushort) + header.Length + 1;
        int padding = (Alignment - (unpadded % Alignment)) % Alignment;
        header += new string(' ', padding) + "\n";
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        stream.Write(preamble);
        stream.Write(length);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(_data);
    }
}
