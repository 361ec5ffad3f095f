using System.Globalization;

namespace ModelBuild.Benchmarks;

/// <summary>Finds real ONNX models, which are not part of the repository.</summary>
internal static class RealModels
{
    /// <summary>The environment variable that names their folder.</summary>
    public const string Variable = "MODELBUILD_DATA";

    // Below it a model is one operator, not a network.
    private const long LeastBytes = 10_000;

    // Dimensions that a file leaves open: the chunk of 32 ms behind 4 ms of the last one that the voice detector is fed with, words and rows of usual lengths.
    private static readonly Dictionary<string, string> s_dims = new(StringComparer.Ordinal)
    {
        ["onnx/silero-vad/silero_vad_op18_ifless.onnx"] = "batch=1;sequence=576",
        ["onnx-ml/sklearn-onnx/treecl2.onnx"] = "input_dim1=20",
        ["onnx-ml/tract/byte_sb_bidi_lstm/model.onnx"] = "length=16",
    };

    /// <summary>All models of <c>onnx/</c> and <c>mnist/</c> in the folder, then those of <c>onnx-ml/</c>, in ordinal order.</summary>
    /// <exception cref="FormatException">The variable does not name a folder.</exception>
    public static IEnumerable<BenchmarkCase> Cases()
    {
        string? root = Environment.GetEnvironmentVariable(Variable);
        if (!Directory.Exists(root))
        {
            throw new FormatException($"--data needs {Variable}, the folder of the real models.");
        }

        return [.. In(root, "Real models fp32", LeastBytes, "mnist", "onnx"), .. In(root, "Classical models", 0, "onnx-ml")];
    }

    /// <summary>Sizes by name.</summary>
    /// <param name="text">For example <c>batch=1;sequence=576</c>.</param>
    /// <exception cref="FormatException">An entry is no <c>name=size</c>.</exception>
    public static IReadOnlyDictionary<string, long?> ParseDims(string text)
    {
        Dictionary<string, long?> dims = new(StringComparer.Ordinal);
        foreach (string entry in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (entry.Split('=') is not [string name, string size] || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                throw new FormatException($"--dims: '{entry}' must be 'name=size'.");
            }

            dims[name] = number;
        }

        return dims;
    }

    private static IEnumerable<BenchmarkCase> In(string root, string group, long leastBytes, params string[] folders) => folders
        .SelectMany(f => Directory.EnumerateFiles(Path.Combine(root, f), "*.onnx", SearchOption.AllDirectories))
        .Where(p => new FileInfo(p).Length >= leastBytes)
        .Order(StringComparer.Ordinal)
        .Select(p => (Path: p, Name: Path.GetRelativePath(root, p).Replace('\\', '/')))
        .Select(m => new BenchmarkCase(m.Name, group, m.Path, null, IsInt8: false) { Dims = ParseDims(s_dims.GetValueOrDefault(m.Name, "")) });
}
