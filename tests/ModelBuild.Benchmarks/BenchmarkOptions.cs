using System.Globalization;
using ModelBuild.Compiler.Pruning;

namespace ModelBuild.Benchmarks;

/// <summary>The command line.</summary>
/// <param name="Models">Paths of models; without any the networks that are built in code are measured.</param>
/// <param name="IsInt8">Quantise the models of <paramref name="Models"/> before compiling; both sides then run the quantised model.</param>
/// <param name="Dims">Sizes of symbolic dimensions of <paramref name="Models"/> by name.</param>
/// <param name="Prune">How to prune first, as the item's metadata says it, or null; both sides then run the pruned model.</param>
/// <param name="CalibrationData">File of calibration samples, or null for seeded ones, which are good for speed only.</param>
/// <param name="Seconds">Measuring time of each model, for both sides together.</param>
/// <param name="IsExact">Whether ONNX Runtime multiplies bytes exactly on processors without VNNI too.</param>
/// <param name="HasTrees">Measure drawn tree ensembles too.</param>
/// <param name="HasData">Measure the real models too.</param>
/// <param name="HasLayers">List the steps of each plan beside the nodes of ONNX Runtime.</param>
/// <param name="Only">Words of which a model's name or class has to contain one; empty for all.</param>
/// <param name="Threads">Threads of each side.</param>
/// <param name="Processor">The processor that the measuring thread is bound to, or null.</param>
/// <param name="Output">File that receives the tables too, or null.</param>
internal sealed record BenchmarkOptions(
    IReadOnlyList<string> Models,
    bool IsInt8,
    IReadOnlyDictionary<string, long?> Dims,
    string? Prune,
    string? CalibrationData,
    double Seconds,
    bool IsExact,
    bool HasTrees,
    bool HasData,
    bool HasLayers,
    IReadOnlyList<string> Only,
    int Threads,
    int? Processor,
    string? Output)
{
    public const string Usage = """
        Compares compiled models with ONNX Runtime in one process, with as many threads each.

        dotnet run --project tests/ModelBuild.Benchmarks -c Release -- [options] [model...]
        dotnet run --project tests/ModelBuild.Benchmarks -c Release -- start|cost|kernels|sparse [options]
          start                 publishes applications: milliseconds from the start of a process to its end, and bytes
          cost                  seconds of each stage of a build, and lines of C#
          kernels               single kernels by BenchmarkDotNet; --filter *Gemm* chooses
          sparse                products that leave zeros out beside the dense product
        Without models: the networks that are built in code, in fp32 and int8, and the tree ensembles.
          --only WORD           only what has the word in its name or class, for example "tiny int8"; may be repeated
          --data                the real models in the folder MODELBUILD_DATA too
          --trees               drawn tree ensembles too, with other rows in every call
          --layers              each step of the plan beside the nodes of ONNX Runtime that it computes
          --seconds S           measuring time of each model (default: 2)
          --threads N           threads of each side (default: 1); with more, a table compares them with one thread
          --pin N               bind the measuring thread to processor N
          --output FILE         write the tables to a file too
          --int8                quantise the named models first; both sides run the quantised model
          --dims NAME=SIZE;...  sizes that the named models leave open
          --prune SCHEME        prune the models of binary32 first, for example magnitude:0.9; both sides run the pruned model
          --calibration FILE    calibration samples for --int8 (default: seeded, good for speed only)
          --exact               products of bytes by ONNX Runtime are exact on processors without VNNI too, where they saturate by default
        """;

    /// <summary>Parses the arguments.</summary>
    /// <exception cref="FormatException">An argument is unknown or incomplete.</exception>
    public static BenchmarkOptions Parse(string[] arguments)
    {
        BenchmarkOptions options = new([], false, new Dictionary<string, long?>(), null, null, 2, false, false, false, false, [], 1, null, null);
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--int8" => options with { IsInt8 = true },
                "--dims" => options with { Dims = RealModels.ParseDims(Next(arguments, ref i)) },
                "--prune" => options with { Prune = Scheme(Next(arguments, ref i)) },
                "--exact" => options with { IsExact = true },
                "--trees" => options with { HasTrees = true },
                "--data" => options with { HasData = true },
                "--layers" => options with { HasLayers = true },
                "--only" => options with { Only = [.. options.Only, Next(arguments, ref i)] },
                "--threads" => options with { Threads = Math.Max(1, int.Parse(Next(arguments, ref i), CultureInfo.InvariantCulture)) },
                "--pin" => options with { Processor = int.Parse(Next(arguments, ref i), CultureInfo.InvariantCulture) },
                "--output" => options with { Output = Path.GetFullPath(Next(arguments, ref i)) },
                "--calibration" => options with { CalibrationData = Path.GetFullPath(Next(arguments, ref i)) },
                "--seconds" => options with { Seconds = double.Parse(Next(arguments, ref i), CultureInfo.InvariantCulture) },
                "--help" => throw new FormatException("Options:"),
                ['-', ..] unknown => throw new FormatException($"There is no option {unknown}."),
                string model => options with { Models = [.. options.Models, Path.GetFullPath(model)] },
            };
        }

        return options with { HasTrees = options.HasTrees || (options.Models.Count == 0 && options.Only.Count == 0) };
    }

    private static string Scheme(string text) =>
        PruningSchemes.Names.Any(n => text == n || text.StartsWith(n + ":", StringComparison.Ordinal)) && PruningSchemes.Check(text) is null
            ? text
            : throw new FormatException($"--prune {text} is no scheme: {string.Join(", ", PruningSchemes.Names)}.");

    private static string Next(string[] arguments, ref int i) =>
        ++i < arguments.Length ? arguments[i] : throw new FormatException($"{arguments[i - 1]} needs a value.");
}
