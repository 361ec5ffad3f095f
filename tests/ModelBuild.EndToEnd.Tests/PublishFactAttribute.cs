namespace ModelBuild.EndToEnd.Tests;

/// <summary>A test that publishes with packages of the SDK, which are many megabytes: it is skipped, and says so, where they cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PublishFactAttribute : FactAttribute
{
    private static readonly string[] s_linkers = ["clang", "gcc"];

    /// <summary>Skips unless all packages are there or can be fetched.</summary>
    /// <param name="packages">Their names; {0} stands for the runtime identifier.</param>
    public PublishFactAttribute(params string[] packages)
    {
        if (PublishPackages.Missing(packages) is { Length: > 0 } missing)
        {
            Skip = $"The package sources lack {string.Join(", ", missing)}.";
        }
    }

    /// <summary>True when the test also needs the system's linker, which the SDK does not bring.</summary>
    public bool NeedsLinker
    {
        get;
        set
        {
            field = value;
            string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            if (value && !OperatingSystem.IsWindows() && !s_linkers.Any(l => folders.Any(f => File.Exists(Path.Combine(f, l)))))
            {
                Skip = $"A native application needs one of {string.Join(", ", s_linkers)}.";
            }
        }
    }
}
