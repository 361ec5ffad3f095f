using System.Globalization;
using System.Runtime.InteropServices;
using ModelBuild.Benchmarks.Networks;

namespace ModelBuild.Benchmarks.Start;

/// <summary>From the start of a process to its first result, and what has to be shipped for it.</summary>
internal static class StartBenchmark
{
    private const string Reference = "ONNX Runtime, JIT";

    /// <summary>Publishes and measures every deployment of each model.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        StartOptions options;
        try
        {
            options = StartOptions.Parse(arguments);
        }
        catch (FormatException error)
        {
            Console.Error.WriteLine($"{error.Message}\n\n{StartOptions.Usage}");
            return 2;
        }

        string top = Directory.CreateTempSubdirectory("modelbuild-start-").FullName;
        try
        {
            // Nothing above the temporary folder may leak in.
            File.WriteAllText(Path.Combine(top, "Directory.Build.props"), "<Project />");
            File.WriteAllText(Path.Combine(top, "Directory.Build.targets"), "<Project />");
            File.WriteAllText(Path.Combine(top, "Directory.Packages.props"), "<Project />");
            using TableWriter output = new(options.Output);
            output.WriteLine($"{RuntimeInformation.ProcessArchitecture}, .NET {Environment.Version}. Processes from start to end with one prediction, in turns; milliseconds. Bytes are those of all published files without symbols; a JIT needs the shared framework besides.");
            output.WriteLine($"Made by `{CommandLine.Of(["start", .. arguments])}`.");
            Measure(options, output, Path.Combine(top, "resnet8"), "ResNet8", TinyNetworks.ResNet8(), [1, 3, 32, 32], [1, 10]);
            Measure(options, output, Path.Combine(top, "megabyte"), "Perceptron of 1 MB", DenseNetworks.Megabyte(), [1, 512], [1, 512]);
            return 0;
        }
        catch (FormatException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(top, recursive: true);
        }
    }

    private static void Measure(StartOptions options, TableWriter output, string folder, string name, byte[] model, long[] inputs, long[] outputs)
    {
        List<StartApplication> applications = [.. Deployment.All.Select((d, i) => StartApplication.Publish(d, Path.Combine(folder, $"app{i}"), model, inputs, outputs))];
        List<double>[] times = [.. applications.Select(_ => new List<double>())];
        int expected = applications[0].Run().Result;
        for (int repeat = -1; repeat < options.Repeats; repeat++)
        {
            for (int i = 0; i < applications.Count; i++)
            {
                (double milliseconds, int result) = applications[i].Run();
                if (result != expected)
                {
                    throw new FormatException($"'{applications[i].Deployment.Name}' ends with {result}, '{applications[0].Deployment.Name}' with {expected}.");
                }

                // The first round fills the caches of the file system.
                if (repeat >= 0)
                {
                    times[i].Add(milliseconds);
                }
            }
        }

        double reference = Median(times[applications.FindIndex(a => a.Deployment.Name == Reference)]);
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"## {name}, {model.Length / 1e6:F2} MB as ONNX"));
        output.WriteLine();
        output.WriteLine("| Deployment | Median, ms | Least, ms | Times sooner than ONNX Runtime, JIT | Published, MB | Publishing, s |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|");
        for (int i = 0; i < applications.Count; i++)
        {
            double median = Median(times[i]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {applications[i].Deployment.Name} | {median:F1} | {times[i].Min():F1} | **{reference / median:F1}** | {applications[i].PublishedBytes / 1e6:F2} | {applications[i].BuildSeconds:F1} |"));
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
