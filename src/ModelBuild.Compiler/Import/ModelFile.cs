using System.Text;
using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Import;

/// <summary>What every importer asks of a model file before it reads it.</summary>
public static class ModelFile
{
    private const int ShownBytes = 16;

    /// <summary>The first bytes of a file, at most <see cref="Importers.HeadLength"/>.</summary>
    /// <exception cref="ModelBuildException">The file is missing or cannot be opened (MDB1009).</exception>
    public static byte[] ReadHead(string path)
    {
        using FileStream stream = Open(path);
        byte[] head = new byte[Importers.HeadLength];
        int count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return head[..count];
    }

    /// <summary>Opens a file for sequential reading.</summary>
    /// <exception cref="ModelBuildException">The file is missing or cannot be opened (MDB1009).</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.FileNotFound, $"The model file '{path}' cannot be opened: {e.Message}"));
        }
    }

    /// <summary>Refuses the text that stands for a file that Git LFS has not fetched.</summary>
    /// <exception cref="ModelBuildException">It is such a pointer (MDB1002).</exception>
    public static void RefuseLfsPointer(string path, ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("version https://git-lfs"u8))
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.GitLfsPointer, $"'{Path.GetFileName(path)}' is a Git LFS pointer, not the model. Run 'git lfs pull' and build again."));
        }
    }

    /// <summary>The error for a file of no known format (MDB1001), which tells what the file is, or shows its first bytes.</summary>
    public static ModelBuildException UnknownFormat(string path, ReadOnlySpan<byte> head) => new(Diagnostic.Of(
        Descriptors.UnknownFormat, $"'{Path.GetFileName(path)}' is not a model of a known format ({string.Join(", ", Importers.All.Select(i => i.Name))}): {ForeignFormat.Describe(path, head) ?? Describe(head)}"));

    // The first bytes as hexadecimal and text.
    private static string Describe(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> shown = head[..Math.Min(head.Length, ShownBytes)];
        StringBuilder text = new();
        foreach (byte b in shown)
        {
            text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
        }

        return $"it begins with {Convert.ToHexString(shown)} ('{text}'). Check that the path names the model itself, or export it to ONNX.";
    }
}
