using System.Text;

namespace ModelBuild.Compiler.Output;

/// <summary>Writes files whole or not at all: to a temporary name in the same folder, then a move.</summary>
public static class AtomicFile
{
    /// <summary>Writes bytes; a file with the same bytes already is left alone, so that its time stamp says when it last changed.</summary>
    public static void WriteBytes(string path, byte[] bytes)
    {
        if (File.Exists(path) && new FileInfo(path).Length == bytes.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes UTF-8 text without a byte order mark.</summary>
    public static void WriteText(string path, string text) => WriteBytes(path, new UTF8Encoding(false).GetBytes(text));
}
