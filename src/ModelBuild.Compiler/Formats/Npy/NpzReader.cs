using System.IO.Compression;
using ModelBuild.Compiler.Formats.Zip;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Formats.Npy;

/// <summary>Reads named arrays from <c>.npz</c> (a zip of <c>.npy</c>), or the one array of a <c>.npy</c> file, which is then named <c>x</c>.</summary>
public static class NpzReader
{
    private const int MaxEntries = 10_000;
    private const long MaxArrayBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>Reads all arrays of a file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, too large or of another format; the message names the array.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < 4 || bytes[0] != 'P' || bytes[1] != 'K')
        {
            return new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = NpyReader.Read(bytes) };
        }

        Dictionary<string, Tensor> arrays = new(StringComparer.Ordinal);
        using ZipArchive archive = new(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
        if (archive.Entries.Count > MaxEntries)
        {
            throw new InvalidDataException($"It has {archive.Entries.Count} entries; at most {MaxEntries} are read.");
        }

        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string name = entry.FullName.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? entry.FullName[..^4] : entry.FullName;
            try
            {
                arrays[name] = NpyReader.Read(Inflate(entry));
            }
            catch (InvalidDataException fault)
            {
                throw new InvalidDataException($"Array '{name}': {fault.Message}");
            }
        }

        return arrays;
    }

    private static byte[] Inflate(ZipArchiveEntry entry)
    {
        if (entry.Length > MaxArrayBytes)
        {
            throw new InvalidDataException($"It declares {entry.Length} bytes; at most {MaxArrayBytes} are read.");
        }

        using Stream stream = entry.Open();
        byte[] bytes = new byte[entry.Length];
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length && stream.ReadByte() < 0 && Crc32.Compute(bytes) == entry.Crc32
            ? bytes
            : throw new InvalidDataException("The stored bytes do not fit the declared length and checksum.");
    }
}
