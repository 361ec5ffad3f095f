namespace ModelBuild.Compiler.Tests;

/// <summary>Finds files of the repository from the test assembly's folder upwards.</summary>
internal static class RepositoryRoot
{
    /// <summary>The folder of ModelBuild.sln.</summary>
    public static string Folder { get; } = Find();

    /// <summary>Full path of a file or folder.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ModelBuild.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above the test assembly holds ModelBuild.sln.");
    }
}
