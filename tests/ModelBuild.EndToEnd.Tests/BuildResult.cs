namespace ModelBuild.EndToEnd.Tests;

/// <summary>What a process said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output and errors.</param>
internal sealed record BuildResult(int ExitCode, string Output)
{
    /// <summary>Fails unless the process succeeded.</summary>
    public BuildResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}:\n{Output}");
        return this;
    }

    /// <summary>Fails unless the build failed with exactly this kind of error.</summary>
    public BuildResult FailedWith(string code)
    {
        Assert.True(ExitCode == 1, $"Exit code {ExitCode}:\n{Output}");
        Assert.Contains($"error {code}:", Output, StringComparison.Ordinal);
        return this;
    }
}
