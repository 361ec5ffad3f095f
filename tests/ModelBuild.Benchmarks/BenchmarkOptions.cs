using System.Globalization;

namespace ModelBuild.Benchmarks;

/// <summary>The command line.</summary>
/// <param name="Models">Paths of the models.</param>
/// <param name="IsInt8">Quantise before compiling; both sides then run the quantised model.</param>
/// <param name="CalibrationData">File of calibration samples, or null for seeded ones, which are good for speed only.</param>
/// <param name="Steps">How many of the slowest steps of each plan are listed.</param>
/// <param name="Seconds">Measuring time of each model, for both sides together.</param>
/// <param name="HasTrees">Measure drawn tree ensembles too.</param>
internal sealed record BenchmarkOptions(IReadOnlyList<string> Models, bool IsInt8, string? CalibrationData, int Steps, double Seconds, bool HasTrees = false)
{
    public const string Usage = """
        Compares compiled models with ONNX Runtime in one process, one thread each.

        dotnet run --project tests/ModelBuild.Benchmarks -c Release -- [options] model...
          --int8                quantise first; both sides run the quantised model
          --calibration FILE    calibration samples for --int8 (default: seeded, good for speed only)
          --trees               drawn tree ensembles, with other rows in every call
          --steps N             list the N slowest steps of each plan
          --seconds S           measuring time of each model (default: 3)
        """;

    /// <summary>Parses the arguments.</summary>
    /// <exception cref="FormatException">An argument is unknown or incomplete.</exception>
    public static BenchmarkOptions Parse(string[] arguments)
    {
        BenchmarkOptions options = new([], false, null, 0, 3);
        List<string> models = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--int8" => options with { IsInt8 = true },
                "--trees" => options with { HasTrees = true },
                "--calibration" => options with { CalibrationData = Path.GetFullPath(Next(arguments, ref i)) },
                "--steps" => options with { Steps = int.Parse(Next(arguments, ref i), CultureInfo.InvariantCulture) },
                "--seconds" => options with { Seconds = double.Parse(Next(arguments, ref i), CultureInfo.InvariantCulture) },
                ['-', ..] unknown => throw new FormatException($"There is no option {unknown}."),
                string model => Add(options, models, model),
            };
        }

        return models.Count > 0 || options.HasTrees ? options with { Models = models } : throw new FormatException("Name at least one model.");
    }

    private static BenchmarkOptions Add(BenchmarkOptions options, List<string> models, string model)
    {
        models.Add(Path.GetFullPath(model));
        return options;
    }

    private static string Next(string[] arguments, ref int i) =>
        ++i < arguments.Length ? arguments[i] : throw new FormatException($"{arguments[i - 1]} needs a value.");
}
