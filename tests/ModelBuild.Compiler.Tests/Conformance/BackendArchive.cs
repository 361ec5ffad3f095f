using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;

namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>Reads the archive of ONNX backend tests in one streamed pass; nothing is extracted to disk.</summary>
internal static class BackendArchive
{
    /// <summary>Path of the archive below the data folder.</summary>
    public const string RelativePath = "conformance/onnx-backend-tests.tar.gz";

    private const string DataFolder = "onnx/backend/test/data/";

    /// <summary>
    /// All tests with a model, in ordinal order of their names. The light and real suites are left out: the light ones are networks of up to 20 G multiplications
    /// with constant weights, the real ones have only addresses.
    /// </summary>
    public static IReadOnlyList<BackendCase> Read(string path)
    {
        SortedDictionary<string, Dictionary<string, byte[]>> tests = new(StringComparer.Ordinal);
        using FileStream file = File.OpenRead(path);
        using GZipStream unzipped = new(file, CompressionMode.Decompress);
        using TarReader tar = new(unzipped);
        while (tar.GetNextEntry() is { } entry)
        {
            int start = entry.Name.IndexOf(DataFolder, StringComparison.Ordinal);
            if (entry.DataStream is null || start < 0)
            {
                continue;
            }

            string[] parts = entry.Name[(start + DataFolder.Length)..].Split('/', 3);
            if (parts.Length < 3 || parts[0] is "light" or "real")
            {
                continue;
            }

            byte[] bytes = new byte[entry.Length];
            entry.DataStream.ReadExactly(bytes);
            string name = $"{parts[0]}/{parts[1]}";
            if (!tests.TryGetValue(name, out Dictionary<string, byte[]>? files))
            {
                tests.Add(name, files = new Dictionary<string, byte[]>(StringComparer.Ordinal));
            }

            files.Add(parts[2], bytes);
        }

        return [.. tests.Where(t => t.Value.ContainsKey("model.onnx")).Select(t => new BackendCase(t.Key, t.Value["model.onnx"], DataSets(t.Value)))];
    }

    private static BackendDataSet[] DataSets(Dictionary<string, byte[]> files) =>
        [.. files.Keys.Where(k => k.Contains('/', StringComparison.Ordinal)).Select(k => k[..k.IndexOf('/', StringComparison.Ordinal)]).Distinct().Order(StringComparer.Ordinal)
            .Select(set => new BackendDataSet(Numbered(files, $"{set}/input_"), Numbered(files, $"{set}/output_")))];

    private static byte[][] Numbered(Dictionary<string, byte[]> files, string prefix) =>
        [.. files.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(f => int.Parse(Path.GetFileNameWithoutExtension(f.Key)[(prefix.Length - prefix.IndexOf('/', StringComparison.Ordinal) - 1)..], CultureInfo.InvariantCulture))
            .Select(f => f.Value)];
}
