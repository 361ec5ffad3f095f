using System.Diagnostics;
using System.Globalization;
using ModelBuild.Benchmarks.Networks;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Benchmarks.Cost;

/// <summary>What a model adds to a build: seconds of each stage and lines of C#.</summary>
internal static class CostBenchmark
{
    private const string Usage = """
        Takes the networks that are built in code through all stages of a build.

        dotnet run --project tests/ModelBuild.Benchmarks -c Release -- cost [options] [model...]
          --data                the real models in the folder MODELBUILD_DATA too
          --only WORD           only what has the word in its name or class; may be repeated
          --output FILE         write the table to a file too
        """;

    private static readonly BuildStage[] s_stages = Enum.GetValues<BuildStage>();

    /// <summary>Measures and prints.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        BenchmarkOptions options;
        IReadOnlyList<BenchmarkCase> cases;
        try
        {
            options = BenchmarkOptions.Parse([.. arguments]);
            cases = BenchmarkCase.Of(options);
        }
        catch (FormatException error)
        {
            Console.Error.WriteLine($"{error.Message}\n\n{Usage}");
            return 2;
        }

        // The compiler server and the task host of a build have run before.
        Measure(new BenchmarkCase("", "", null, TinyNetworks.ResNet8, IsInt8: true));
        using TableWriter output = new(options.Output);
        output.WriteLine($"Seconds of each stage of a build, .NET {Environment.Version}, in a process that has built a small model before; a build without changes runs none of them.");
        output.WriteLine($"Made by `{CommandLine.Of(["cost", .. arguments])}`.");
        output.WriteLine();
        output.WriteLine($"| Model | Steps | Lines of C# | {string.Join(" | ", s_stages)} | In all |");
        output.WriteLine($"|---|---:|---:|{string.Concat(s_stages.Select(_ => "---:|"))}---:|");
        int failures = 0;
        foreach (BenchmarkCase measured in cases)
        {
            string name = measured.IsInt8 ? $"{measured.Name}, int8" : measured.Name;
            try
            {
                (int steps, int lines, double[] seconds) = Measure(measured);
                string parts = string.Join(" | ", seconds.Select(s => s.ToString("F2", CultureInfo.InvariantCulture)));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {steps} | {lines:N0} | {parts} | {seconds.Sum():F2} |"));
            }
            catch (Compiler.Diagnostics.ModelBuildException error)
            {
                failures++;
                string message = measured.Path is { } path ? error.Message.Replace(path, measured.Name, StringComparison.Ordinal) : error.Message;
                output.WriteLine($"| {name} | {message.ReplaceLineEndings(" ").Replace("|", "/", StringComparison.Ordinal)} |");
            }

            output.Flush();
        }

        return failures == 0 ? 0 : 1;
    }

    private static (int Steps, int Lines, double[] Seconds) Measure(BenchmarkCase measured)
    {
        double[] seconds = new double[s_stages.Length];
        using ModelFolder folder = new(measured, null);
        CompiledModel model = folder.Compile((stage, time) => seconds[(int)stage] += time);
        long start = Stopwatch.GetTimestamp();
        folder.Verify(model);
        seconds[(int)BuildStage.Verify] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int lines = GeneratedSource.Build(model.Plan, (stage, time) => seconds[(int)stage] += time);
        return (model.Plan.Steps.Count, lines, seconds);
    }
}
