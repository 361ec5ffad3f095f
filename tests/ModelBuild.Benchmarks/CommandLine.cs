namespace ModelBuild.Benchmarks;

/// <summary>The command as a reader repeats it.</summary>
internal static class CommandLine
{
    private static readonly string[] s_switches = ["MODELBUILD_MACHINECODE", "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"];

    /// <summary>The switches that are set and the arguments; of paths the last part, so that results say nothing of a machine.</summary>
    public static string Of(string[] arguments)
    {
        IEnumerable<string> set = s_switches.Where(s => Environment.GetEnvironmentVariable(s) is { Length: > 0 }).Select(s => $"{s}={Environment.GetEnvironmentVariable(s)} ");
        return $"{string.Concat(set)}dotnet run --project tests/ModelBuild.Benchmarks -c Release -- {string.Join(' ', arguments.Select(Last))}".TrimEnd();
    }

    private static string Last(string argument) => argument.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? Path.GetFileName(argument) : argument;
}
