using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Digits.Training.Tests.Output;

/// <summary>An independent reader of <c>.npz</c>, after NumPy's description of the format.</summary>
internal static partial class NpzFile
{
    /// <summary>Type, shape and raw data of member <paramref name="key"/>.</summary>
    public static (string Descriptor, int[] Shape, byte[] Data) Read(string path, string key)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        ZipArchiveEntry entry = archive.GetEntry(key + ".npy") ?? throw new KeyNotFoundException(key);
        using Stream stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        byte[] bytes = memory.ToArray();
        Assert.Equal("\u0093NUMPY\u0001\u0000", Encoding.Latin1.GetString(bytes, 0, 8));
        int headerLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, (10 + headerLength) % 64);
        string header = Encoding.ASCII.GetString(bytes, 10, headerLength);
        Assert.EndsWith("\n", header, StringComparison.Ordinal);
        Match match = Header().Match(header);
        Assert.True(match.Success, header);
        int[] shape = [.. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        return (match.Groups["type"].Value, shape, bytes[(10 + headerLength)..]);
    }

    /// <summary>A float32 member.</summary>
    public static float[] ReadSingle(string path, string key) => MemoryMarshal.Cast<byte, float>(Read(path, key).Data).ToArray();

    /// <summary>An int64 member.</summary>
    public static long[] ReadInt64(string path, string key) => MemoryMarshal.Cast<byte, long>(Read(path, key).Data).ToArray();

    [GeneratedRegex(@"^\{'descr': '(?<type>[^']+)', 'fortran_order': False, 'shape': \((?<shape>\d+,|\d+(, \d+)+)\), \} *\n$")]
    private static partial Regex Header();
}
