using System.IO.Compression;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>Serialises arrays as <c>.npz</c>.</summary>
internal static class NpzFile
{
    public static byte[] Bytes(params (string Name, byte[] Npy)[] arrays)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] npy) in arrays)
            {
                using Stream entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write(npy);
            }
        }

        return stream.ToArray();
    }
}
