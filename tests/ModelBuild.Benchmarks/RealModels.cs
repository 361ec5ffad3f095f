namespace ModelBuild.Benchmarks;

/// <summary>Finds real ONNX models, which are not part of the repository.</summary>
internal static class RealModels
{
    /// <summary>The environment variable that names their folder.</summary>
    public const string Variable = "MODELBUILD_DATA";

    // Below it a model is one operator, not a network.
    private const long LeastBytes = 10_000;

    /// <summary>Paths and short names of all models of <c>onnx/</c> and <c>mnist/</c> in the folder, in ordinal order.</summary>
    /// <exception cref="FormatException">The variable does not name a folder.</exception>
    public static IEnumerable<(string Path, string Name)> Paths()
    {
        string? root = Environment.GetEnvironmentVariable(Variable);
        if (!Directory.Exists(root))
        {
            throw new FormatException($"--data needs {Variable}, the folder of the real models.");
        }

        return ((string[])["mnist", "onnx"])
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(root, f), "*.onnx", SearchOption.AllDirectories))
            .Where(p => new FileInfo(p).Length >= LeastBytes)
            .Order(StringComparer.Ordinal)
            .Select(p => (p, Path.GetRelativePath(root, p)));
    }
}
