using System.Buffers.Binary;

namespace ModelBuild.Kernels;

/// <summary>Reads numbers of a JPEG 2000 file, the highest byte first, and never beyond its end.</summary>
internal ref struct Jp2Bytes
{
    private readonly ReadOnlySpan<byte> _data;

    /// <summary>Starts at the first byte.</summary>
    internal Jp2Bytes(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Where the next number starts.</summary>
    internal int Position { get; private set; }

    /// <summary>The bytes that are left.</summary>
    internal readonly int Left => _data.Length - Position;

    /// <summary>The next bytes.</summary>
    internal ReadOnlySpan<byte> Read(long count)
    {
        if (count > Left)
        {
            throw Jp2Errors.Ends();
        }

        ReadOnlySpan<byte> bytes = _data.Slice(Position, (int)count);
        Position += (int)count;
        return bytes;
    }

    /// <summary>A number of one byte.</summary>
    internal int ReadByte() => Read(1)[0];

    /// <summary>A number of two bytes.</summary>
    internal int ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Read(sizeof(ushort)));

    /// <summary>A number of four bytes.</summary>
    internal uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Read(sizeof(uint)));

    /// <summary>A number of four bytes that counts or measures.</summary>
    internal int ReadSize()
    {
        uint value = ReadUInt32();
        return value <= int.MaxValue ? (int)value : throw Jp2Errors.Unsupported($"a size of {value}");
    }
}
