using Microsoft.Build.Framework;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Tasks;

/// <summary>Checks every item of the project before any work is done: names, values, files, and that no two models make one class.</summary>
public sealed class CheckModels : ModelTask
{
    // Set by the targets: the folder of the model's intermediate files.
    private const string FolderMetadata = "_Dir";

    /// <summary>All <c>DeployModel</c> items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>False when the project does not reference the package for <c>Runtime="onnxruntime"</c>.</summary>
    public bool HasOnnxRuntimePackage { get; set; }

    /// <inheritdoc/>
    protected override void Run()
    {
        Dictionary<string, string> classes = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> folders = new(StringComparer.OrdinalIgnoreCase);
        foreach (ITaskItem item in Models)
        {
            Model = item;
            try
            {
                Check(item, classes, folders);
            }
            catch (ModelBuildException e)
            {
                foreach (Diagnostic diagnostic in e.Diagnostics)
                {
                    Report(diagnostic);
                }
            }
        }
    }

    private void Check(ITaskItem item, Dictionary<string, string> classes, Dictionary<string, string> folders)
    {
        if (!File.Exists(item.GetMetadata("FullPath")))
        {
            Report(Diagnostic.InSetting(Descriptors.FileNotFound, "", $"DeployModel '{item.ItemSpec}' does not exist. Paths are relative to the project."));
            return;
        }

        CompileOptions options = ItemOptions.Parse(item, ProjectDirectory, RootNamespace);
        if (!classes.TryAdd(options.FullClassName, item.ItemSpec))
        {
            Report(Diagnostic.InSetting(Descriptors.DuplicateClass, MetadataNames.ClassName, $"'{classes[options.FullClassName]}' and '{item.ItemSpec}' would both generate '{options.FullClassName}'. Set ClassName or Namespace on one of them."));
        }
        else if (!folders.TryAdd(item.GetMetadata(FolderMetadata), item.ItemSpec))
        {
            Report(Diagnostic.InSetting(Descriptors.DuplicateClass, MetadataNames.ClassName, $"'{folders[item.GetMetadata(FolderMetadata)]}' and '{item.ItemSpec}' differ only in characters that no folder keeps apart. Set ClassName on one of them."));
        }

        if (options.Runtime == Plan.PlanRuntime.OnnxRuntime && !HasOnnxRuntimePackage)
        {
            Report(Diagnostic.InSetting(Descriptors.RuntimePackageMissing, MetadataNames.Runtime, "Runtime=\"onnxruntime\" needs a package: dotnet add package ModelBuild.OnnxRuntime"));
        }
    }
}
