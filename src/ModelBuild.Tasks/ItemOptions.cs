using System.Collections;
using Microsoft.Build.Framework;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Tasks;

/// <summary>Reads a <c>DeployModel</c> item.</summary>
internal static class ItemOptions
{
    /// <summary>The item's options, checked.</summary>
    public static CompileOptions Parse(ITaskItem item, string projectDirectory, string rootNamespace)
    {
        Dictionary<string, string> metadata = new(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in item.CloneCustomMetadata())
        {
            metadata[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        string path = item.GetMetadata("FullPath");
        string relative = Path.GetRelativePath(projectDirectory, Path.GetDirectoryName(path)!);
        return OptionsParser.Parse(path, relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? "" : relative, rootNamespace, projectDirectory, metadata);
    }
}
