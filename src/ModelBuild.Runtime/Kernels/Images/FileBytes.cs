using System.Buffers.Binary;

namespace ModelBuild.Kernels;

/// <summary>The bytes of an image file; what would lie behind its end is a damaged file.</summary>
internal readonly ref struct FileBytes
{
    private readonly string _format;
    private readonly bool _isBigEndian;

    /// <summary>Bytes of a file.</summary>
    /// <param name="format">The name of the format.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isBigEndian">The order of the bytes of its numbers.</param>
    public FileBytes(string format, ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        (_format, _isBigEndian) = (format, isBigEndian);
        All = bytes;
    }

    /// <summary>All bytes.</summary>
    public ReadOnlySpan<byte> All { get; }

    /// <summary>How many there are.</summary>
    public int Length => All.Length;

    /// <summary>A byte.</summary>
    public byte U8(long at) => Slice(at, 1)[0];

    /// <summary>An unsigned number of two bytes.</summary>
    public int U16(long at) => _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(Slice(at, sizeof(ushort))) : BinaryPrimitives.ReadUInt16LittleEndian(Slice(at, sizeof(ushort)));

    /// <summary>An unsigned number of four bytes.</summary>
    public uint U32(long at) => _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(Slice(at, sizeof(uint))) : BinaryPrimitives.ReadUInt32LittleEndian(Slice(at, sizeof(uint)));

    /// <summary>A signed number of four bytes.</summary>
    public int I32(long at) => (int)U32(at);

    /// <summary>Some of the bytes.</summary>
    public ReadOnlySpan<byte> Slice(long at, long count) =>
        at >= 0 && count >= 0 && at <= Length && count <= Length - at ? All.Slice((int)at, (int)count) : throw ImageErrors.Damaged(_format, "it ends too soon");
}
