using System.Globalization;
using System.Runtime.InteropServices;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>The packages of the SDK that publishing without a JIT, without unused code or compiled ahead takes, which a machine has once it has published anything.</summary>
internal static class PublishPackages
{
    private static readonly Lazy<bool> s_fetched = new(Fetch);

    /// <summary>Names that are neither in the packages folder nor to be had from the package sources.</summary>
    /// <param name="names">Package names; {0} stands for the runtime identifier.</param>
    public static string[] Missing(string[] names)
    {
        string[] absent = Absent(names);
        return absent.Length > 0 && s_fetched.Value ? Absent(names) : absent;
    }

    private static string[] Absent(string[] names)
    {
        string folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return [.. names.Select(n => string.Format(CultureInfo.InvariantCulture, n, RuntimeInformation.RuntimeIdentifier).ToLowerInvariant()).Where(n => !Directory.Exists(Path.Combine(folder, n)))];
    }

    private static bool Fetch()
    {
        using TestProject project = new();
        project.WriteProject("", $"<RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier><PublishAot>true</PublishAot><PublishReadyToRun>true</PublishReadyToRun><SelfContained>true</SelfContained>");
        return DotNet.Run(project.Folder, "restore").ExitCode == 0;
    }
}
