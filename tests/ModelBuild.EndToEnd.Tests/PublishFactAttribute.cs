using System.Globalization;
using System.Runtime.InteropServices;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>A test that publishes with packages of the SDK, which are many megabytes: it is skipped, and says so, where the packages folder lacks one of them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PublishFactAttribute : FactAttribute
{
    /// <summary>Skips unless all packages are there.</summary>
    /// <param name="packages">Their names; {0} stands for the runtime identifier.</param>
    public PublishFactAttribute(params string[] packages)
    {
        string folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string[] missing = [.. packages.Select(p => string.Format(CultureInfo.InvariantCulture, p, RuntimeInformation.RuntimeIdentifier).ToLowerInvariant()).Where(p => !Directory.Exists(Path.Combine(folder, p)))];
        if (missing.Length > 0)
        {
            Skip = $"The packages folder lacks {string.Join(", ", missing)}: publish any application in the same way once to fetch them.";
        }
    }
}
