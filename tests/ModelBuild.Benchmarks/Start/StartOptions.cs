using System.Globalization;

namespace ModelBuild.Benchmarks.Start;

/// <summary>The command line of <c>start</c>.</summary>
/// <param name="Repeats">Processes of each application.</param>
/// <param name="Output">File that receives the tables too, or null.</param>
internal sealed record StartOptions(int Repeats, string? Output)
{
    public const string Usage = """
        Builds one application per way of deployment and measures processes from their start to their end, and what was published.

        dotnet run --project tests/ModelBuild.Benchmarks -c Release -- start [options]
          --repeats N           processes of each application (default: 15)
          --output FILE         write the tables to a file too
        """;

    /// <summary>Parses the arguments after <c>start</c>.</summary>
    /// <exception cref="FormatException">An argument is unknown or incomplete.</exception>
    public static StartOptions Parse(ReadOnlySpan<string> arguments)
    {
        StartOptions options = new(15, null);
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--repeats" when i + 1 < arguments.Length => options with { Repeats = Math.Max(1, int.Parse(arguments[++i], CultureInfo.InvariantCulture)) },
                "--output" when i + 1 < arguments.Length => options with { Output = Path.GetFullPath(arguments[++i]) },
                string other => throw new FormatException($"There is no option {other}, or its value is missing."),
            };
        }

        return options;
    }
}
