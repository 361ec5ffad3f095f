using System.Diagnostics;

namespace ModelBuild.Benchmarks.Start;

/// <summary>An application that runs one model once, and whose exit code is the place of the largest output.</summary>
internal sealed class StartApplication
{
    private readonly ProcessStartInfo _start;

    private StartApplication(Deployment deployment, string folder, double buildSeconds)
    {
        Deployment = deployment;
        BuildSeconds = buildSeconds;
        string extension = OperatingSystem.IsWindows() ? ".exe" : "";
        _start = deployment.IsNative ? new(Path.Combine(folder, "App" + extension)) : new("dotnet", ["exec", Path.Combine(folder, "App.dll")]);
        _start.WorkingDirectory = folder;
        PublishedBytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.Extension is not (".pdb" or ".dbg" or ".dwarf")).Sum(f => f.Length);
    }

    public Deployment Deployment { get; }

    /// <summary>Seconds of <c>dotnet publish</c>.</summary>
    public double BuildSeconds { get; }

    /// <summary>Bytes of all published files but those for debuggers; for a JIT without the shared framework.</summary>
    public long PublishedBytes { get; }

    /// <summary>Writes the project and publishes it.</summary>
    /// <param name="folder">Folder of the project.</param>
    /// <param name="model">The model as ONNX, with an input of <paramref name="inputs"/> and an output of <paramref name="outputs"/> floats.</param>
    /// <exception cref="FormatException">It cannot be published; the message is what <c>dotnet</c> printed.</exception>
    public static StartApplication Publish(Deployment deployment, string folder, byte[] model, long[] inputs, long[] outputs)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), model);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), StartSource.Program(deployment, inputs, outputs));
        File.WriteAllText(Path.Combine(folder, "App.csproj"), StartSource.Project(deployment));
        long start = Stopwatch.GetTimestamp();
        ProcessStartInfo publish = new("dotnet", ["publish", "-c", "Release", "-o", "out", "-nodeReuse:false", "-tl:off", "-v:q", "--nologo"]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using Process process = Process.Start(publish)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? new StartApplication(deployment, Path.Combine(folder, "out"), Stopwatch.GetElapsedTime(start).TotalSeconds)
            : throw new FormatException($"'{deployment.Name}' cannot be published:\n{output}");
    }

    /// <summary>Runs the process to its end.</summary>
    /// <returns>Milliseconds, and the place of the largest output.</returns>
    public (double Milliseconds, int Result) Run()
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(_start)!;
        process.WaitForExit();
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, process.ExitCode);
    }
}
