using System.IO.Compression;

namespace Digits.Training.Output;

/// <summary>Writes NumPy's <c>.npz</c>: a zip of <c>.npy</c> members, deflated, with fixed times so that equal arrays give equal files.</summary>
internal static class NpzWriter
{
    private static readonly DateTimeOffset s_zipEpoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes <paramref name="arrays"/> in the order given.</summary>
    /// <param name="path">The file, replaced if there is one.</param>
    /// <param name="arrays">Keys and arrays.</param>
    public static void Write(string path, params ReadOnlySpan<(string Key, NpyArray Array)> arrays)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create);
        foreach ((string key, NpyArray array) in arrays)
        {
            ZipArchiveEntry entry = archive.CreateEntry(key + ".npy", CompressionLevel.SmallestSize);
            entry.LastWriteTime = s_zipEpoch;
            using Stream member = entry.Open();
            array.Write(member);
        }
    }
}
