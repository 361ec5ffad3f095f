using ModelBuild.Benchmarks.Networks;

namespace ModelBuild.Benchmarks;

/// <summary>One row of the table: a model and the form in which it is measured.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Class">Rows of which one mean is reported.</param>
/// <param name="Path">The model's file, or null for a network that is built.</param>
/// <param name="Make">Builds the model as ONNX; null for a file.</param>
/// <param name="IsInt8">Quantise first; both sides then run the quantised model.</param>
internal sealed record BenchmarkCase(string Name, string Class, string? Path, Func<byte[]>? Make, bool IsInt8)
{
    /// <summary>Sizes of symbolic dimensions by name.</summary>
    public IReadOnlyDictionary<string, long?> Dims { get; init; } = new Dictionary<string, long?>();

    /// <summary>What the command line asks for, a class after the other.</summary>
    public static IReadOnlyList<BenchmarkCase> Of(BenchmarkOptions options)
    {
        IEnumerable<BenchmarkCase> cases = options.Models.Select(m => new BenchmarkCase(System.IO.Path.GetFileName(m), "Files", m, null, options.IsInt8) { Dims = options.Dims });
        if (options.Models.Count == 0)
        {
            cases = Built(isInt8: false).Concat(Built(isInt8: true));
        }

        if (options.HasData)
        {
            cases = cases.Concat(RealModels.Cases());
        }

        return [.. cases.Where(c => options.Only.Count == 0 || options.Only.Any(o => $"{c.Name} {c.Class}".Contains(o, StringComparison.OrdinalIgnoreCase)))];
    }

    private static IEnumerable<BenchmarkCase> Built(bool isInt8) =>
        Network.All.Where(n => n.IsQuantized || !isInt8).Select(n => new BenchmarkCase(n.Name, $"{n.Class} {(isInt8 ? "int8" : "fp32")}", null, n.Make, isInt8));
}
