using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using ModelBuild.Compiler.Tests.Conformance.Light;

namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>Reads the archive of ONNX backend tests in one streamed pass; nothing is extracted to disk.</summary>
internal static class BackendArchive
{
    /// <summary>Path of the archive below the data folder.</summary>
    public const string RelativePath = "conformance/onnx-backend-tests.tar.gz";

    private const string DataFolder = "onnx/backend/test/data/";
    private const string Model = "model.onnx";

    /// <summary>All tests with a model, in ordinal order of their names. Of the real suite the archive has only addresses.</summary>
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

            if (Place(entry.Name[(start + DataFolder.Length)..]) is not { } place)
            {
                continue;
            }

            byte[] bytes = new byte[entry.Length];
            entry.DataStream.ReadExactly(bytes);
            if (!tests.TryGetValue(place.Test, out Dictionary<string, byte[]>? files))
            {
                tests.Add(place.Test, files = new Dictionary<string, byte[]>(StringComparer.Ordinal));
            }

            files.Add(place.File, bytes);
        }

        return [.. tests.Where(t => t.Value.ContainsKey(Model)).Select(t => Case(t.Key, t.Value))];
    }

    private static (string Test, string File)? Place(string path)
    {
        string[] parts = path.Split('/', 3);
        return parts[0] == LightModels.Suite ? LightModels.Place(parts[1], Model) : parts.Length == 3 ? ($"{parts[0]}/{parts[1]}", parts[2]) : null;
    }

    private static BackendCase Case(string name, Dictionary<string, byte[]> files)
    {
        byte[] model = files[Model];
        return new BackendCase(name, model, LightModels.Contains(name) ? [.. DataSets(files).Select(s => s with { Inputs = LightModels.InputsOf(model) })] : DataSets(files));
    }

    private static BackendDataSet[] DataSets(Dictionary<string, byte[]> files) =>
        [.. files.Keys.Where(k => k.Contains('/', StringComparison.Ordinal)).Select(k => k[..k.IndexOf('/', StringComparison.Ordinal)]).Distinct().Order(StringComparer.Ordinal)
            .Select(set => new BackendDataSet(Numbered(files, $"{set}/input_"), Numbered(files, $"{set}/output_")))];

    private static byte[][] Numbered(Dictionary<string, byte[]> files, string prefix) =>
        [.. files.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(f => int.Parse(Path.GetFileNameWithoutExtension(f.Key)[(prefix.Length - prefix.IndexOf('/', StringComparison.Ordinal) - 1)..], CultureInfo.InvariantCulture))
            .Select(f => f.Value)];
}
