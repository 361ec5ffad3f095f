using System.Text;

namespace ModelBuild.Compiler.Output;

/// <summary>Writes files whole or not at all: to a temporary name in the same folder, then a move.</summary>
public static class AtomicFile
{
    private const int BufferSize = 64 << 10;

    /// <summary>Writes bytes; a file with the same bytes already is left alone, so that its time stamp says when it last changed.</summary>
    public static void WriteBytes(string path, byte[] bytes)
    {
        if (File.Exists(path) && new FileInfo(path).Length == bytes.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
        {
            return;
        }

        Replace(path, stream => stream.Write(bytes), static (_, _) => true);
    }

    /// <summary>Writes a file that need not fit into memory; one with the same bytes already is left alone too.</summary>
    /// <param name="write">Writes the bytes.</param>
    public static void Write(string path, Action<Stream> write) => Replace(path, write, static (temporary, path) => !File.Exists(path) || !HaveSameBytes(temporary, path));

    /// <summary>Writes UTF-8 text without a byte order mark.</summary>
    public static void WriteText(string path, string text) => WriteBytes(path, new UTF8Encoding(false).GetBytes(text));

    private static void Replace(string path, Action<Stream> write, Func<string, string, bool> isDue)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize))
            {
                write(stream);
            }

            if (isDue(temporary, path))
            {
                File.Move(temporary, path, overwrite: true);
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static bool HaveSameBytes(string first, string second)
    {
        using FileStream a = new(first, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using FileStream b = new(second, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (a.Length != b.Length)
        {
            return false;
        }

        byte[] one = new byte[BufferSize];
        byte[] other = new byte[BufferSize];
        while (true)
        {
            int count = a.ReadAtLeast(one, BufferSize, throwOnEndOfStream: false);
            if (b.ReadAtLeast(other, BufferSize, throwOnEndOfStream: false) != count || !one.AsSpan(0, count).SequenceEqual(other.AsSpan(0, count)))
            {
                return false;
            }

            if (count < BufferSize)
            {
                return true;
            }
        }
    }
}
