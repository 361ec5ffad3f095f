namespace ModelBuild.Compiler.Tests;

/// <summary>Finds the real models, which are not part of the repository.</summary>
internal static class TestData
{
    /// <summary>Why a test that needs them is skipped, or null when they are there.</summary>
    public static string? MissingReason => Root is null ? "Real models are absent; set MODELBUILD_DATA to their folder." : null;

    /// <summary>Their folder: MODELBUILD_DATA, or shared/data beside the repository or one of its parents; null where there is none.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Full path of a file.</summary>
    public static string PathOf(string relative) => Path.Combine(Root ?? throw new InvalidOperationException(MissingReason), relative);

    /// <summary>Paths of all files below a folder that end so, relative to <see cref="Root"/>, in ordinal order.</summary>
    public static IEnumerable<string> Files(string folder, string ending) => Root is null
        ? []
        : Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + ending, SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Root, p)).Order(StringComparer.Ordinal);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MODELBUILD_DATA") is { Length: > 0 } given)
        {
            return Directory.Exists(given) ? given : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
