using System.Collections;
using System.Diagnostics;
using System.Text;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>Runs <c>dotnet</c> without what the running test host has set for itself.</summary>
internal static class DotNet
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(10);

    /// <summary>Runs to the end; a process that does not end in time is killed and is a failure.</summary>
    public static BuildResult Run(string folder, params string[] arguments) => RunProgram(folder, "dotnet", arguments);

    /// <summary>The same for any program.</summary>
    public static BuildResult RunProgram(string folder, string program, params string[] arguments) => RunProgram(folder, program, arguments, static _ => { });

    /// <summary>The same, with something to do to the process while it runs.</summary>
    public static BuildResult RunProgram(string folder, string program, string[] arguments, Action<Process> meanwhile)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            // The test host's MSBuild variables would point the build at another SDK or configuration.
            if (variable.Key is string name && name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            {
                start.Environment.Remove(name);
            }
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start)!;
        StringBuilder output = new();
        process.OutputDataReceived += (_, e) => Append(output, e.Data);
        process.ErrorDataReceived += (_, e) => Append(output, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        meanwhile(process);
        if (!process.WaitForExit(s_timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end.\n{output}");
        }

        process.WaitForExit();
        return new BuildResult(process.ExitCode, output.ToString());
    }

    /// <summary>Null is the end of one of the two streams, which may come while the other still has lines.</summary>
    private static void Append(StringBuilder output, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.AppendLine(line);
        }
    }
}
