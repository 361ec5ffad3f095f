namespace ModelBuild.EndToEnd.Tests;

/// <summary>Where the sources and the outputs of the same configuration lie.</summary>
internal static class Repository
{
    /// <summary>Folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as this assembly was built: the folder above the target framework.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Full path of a file of the repository.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>An assembly that one of our projects makes.</summary>
    public static string Assembly(string project, string framework) => PathOf("src", project, "bin", Configuration, framework, project + ".dll");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ModelBuild.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests must lie below the folder of ModelBuild.sln.");
    }
}
