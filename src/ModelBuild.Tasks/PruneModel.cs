using ModelBuild.Compiler;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Tasks;

/// <summary>Prunes the optimised model; does nothing without <c>Prune</c>.</summary>
public sealed class PruneModel : CompressionTask
{
    /// <inheritdoc/>
    protected override (string? Scheme, IReadOnlyList<string> Exclude) SettingsOf(CompileOptions options) => (options.Prune, options.PruneExclude);

    /// <inheritdoc/>
    protected override IReadOnlyList<Diagnostic> Apply(CompileOptions options) => Stages.Prune(InputFile, OutputFile, options, Cancellation);
}
