using System.Globalization;
using Microsoft.Win32.SafeHandles;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>
/// Reads tensors' external data. A location is a relative path below the model's folder with forward slashes; links of any kind are refused,
/// and sizes are checked before a file is opened and before memory is taken.
/// </summary>
/// <param name="folder">The model's folder.</param>
internal sealed class OnnxExternalData(string folder)
{
    // Many tensors may name the same bytes of one file.
    private const long MaxTotalBytes = 16L << 30;

    private readonly string _folder = Path.GetFullPath(folder);
    private readonly List<string> _files = [];
    private long _total;

    /// <summary>Full paths of the files that tensors named, each once, in order of first use.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Reads the bytes of one tensor.</summary>
    /// <param name="entries">The tensor's <c>external_data</c>.</param>
    /// <param name="bytes">Bytes that the tensor's dimensions need.</param>
    /// <param name="tensor">For messages.</param>
    /// <exception cref="ModelBuildException">The location leaves the folder (MDB1003), or the data is missing or too short (MDB1006).</exception>
    public byte[] Read(IEnumerable<StringStringEntryProto> entries, long bytes, string tensor)
    {
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in entries)
        {
            if (!map.TryAdd(entry.Key, entry.Value))
            {
                throw Escapes(tensor, $"gives '{entry.Key}' twice");
            }
        }

        string path = Resolve(map.GetValueOrDefault("location", ""), tensor);
        long offset = Number(map, "offset", 0, tensor);
        long length = Number(map, "length", bytes, tensor);
        if (length != bytes)
        {
            throw Missing(tensor, $"states {length} bytes of external data; its dimensions need {bytes}");
        }

        FileInfo file = new(path);

        // Pipes and devices have length 0 and are thereby never opened.
        if (!file.Exists || offset > file.Length || bytes > file.Length - offset)
        {
            throw Missing(tensor, file.Exists
                ? $"needs bytes {offset} to {offset + (Int128)bytes} of '{Shown(map)}', which has {file.Length}"
                : $"needs the file '{Shown(map)}' beside the model, which does not exist");
        }

        if (!_files.Contains(path))
        {
            _files.Add(path);
        }

        if (bytes == 0)
        {
            return [];
        }

        _total += bytes;
        if (_total > MaxTotalBytes)
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.ReadLimit, $"The model's external data exceeds {MaxTotalBytes >> 30} GiB (tensor '{tensor}')."));
        }

        return ReadFile(path, offset, bytes, tensor, Shown(map));
    }

    private static byte[] ReadFile(string path, long offset, long bytes, string tensor, string shown)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            if (FileLinks.CountOf(handle) > 1)
            {
                throw Escapes(tensor, $"names '{shown}', which has more than one hard link; copy the file instead");
            }

            byte[] data = new byte[bytes];
            int at = 0;
            while (at < data.Length)
            {
                int read = RandomAccess.Read(handle, data.AsSpan(at), offset + at);
                at += read > 0 ? read : throw Missing(tensor, $"needs more bytes of '{shown}' than it has");
            }

            return data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Missing(tensor, $"cannot read '{shown}': {e.Message}");
        }
    }

    private string Resolve(string location, string tensor)
    {
        if (location.Length == 0)
        {
            throw Missing(tensor, "has external data without a location");
        }

        if (location.AsSpan().IndexOfAny("\\:\0") >= 0 || location[0] == '/' || Path.IsPathRooted(location))
        {
            throw Escapes(tensor, $"names '{Printable(location)}', which is not a relative path with forward slashes");
        }

        string path = _folder;
        foreach (string part in location.Split('/'))
        {
            if (part is "..")
            {
                throw Escapes(tensor, $"names '{Printable(location)}', which leaves the model's folder");
            }

            if (part is "." or "")
            {
                continue;
            }

            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw Escapes(tensor, $"names '{Printable(location)}', which goes through a symbolic link; copy the file instead");
            }
        }

        string full = Path.GetFullPath(path);
        string root = Path.EndsInDirectorySeparator(_folder) ? _folder : _folder + Path.DirectorySeparatorChar;
        if (full == _folder)
        {
            throw Missing(tensor, $"names '{Printable(location)}', which is a folder");
        }

        return full.StartsWith(root, StringComparison.Ordinal) ? full : throw Escapes(tensor, $"names '{Printable(location)}', which leaves the model's folder");
    }

    private static long Number(Dictionary<string, string> map, string key, long defaultValue, string tensor)
    {
        if (!map.TryGetValue(key, out string? text))
        {
            return defaultValue;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw Missing(tensor, $"has the {key} '{Printable(text)}' of external data, which is not a number of bytes");
    }

    private static string Shown(Dictionary<string, string> map) => Printable(map.GetValueOrDefault("location", ""));

    private static string Printable(string text) => string.Concat(text.Take(120).Select(c => char.IsControl(c) ? '?' : c));

    private static ModelBuildException Escapes(string tensor, string what) => new(Diagnostic.Of(Descriptors.ExternalDataEscapes, $"Tensor '{tensor}' {what}."));

    private static ModelBuildException Missing(string tensor, string what) => new(Diagnostic.Of(Descriptors.ExternalDataMissing, $"Tensor '{tensor}' {what}."));
}
