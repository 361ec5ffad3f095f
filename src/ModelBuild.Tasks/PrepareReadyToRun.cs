using Microsoft.Build.Framework;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Output;

namespace ModelBuild.Tasks;

/// <summary>Publishing with <c>PublishReadyToRun</c>: a copy of the runtime library (<see cref="ModelTask.Model"/>) whose kernels the compiler ahead of time takes.</summary>
public sealed class PrepareReadyToRun : ModelTask
{
    /// <summary>The copy to write.</summary>
    [Required]
    public string OutputFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run()
    {
        string file = Model.GetMetadata("FullPath");
        byte[] image = File.ReadAllBytes(file);
        try
        {
            int released = JitOnlyMethods.Release(image);
            Log.LogMessage(MessageImportance.Low, "{0}: {1} methods can be compiled ahead.", file, released);
        }
        catch (BadImageFormatException e)
        {
            throw new ModelBuildException(Diagnostic.InFile(
                Descriptors.UnreadableAssembly,
                file,
                $"This is no .NET assembly, so its kernels cannot be compiled ahead. {e.Message} Restore the package ModelBuild.Runtime, or set ModelBuildReadyToRun to false."));
        }

        AtomicFile.WriteBytes(OutputFile, image);
    }
}
