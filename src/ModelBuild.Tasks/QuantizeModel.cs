using ModelBuild.Compiler;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Tasks;

/// <summary>Quantises the optimised, perhaps pruned model.</summary>
public sealed class QuantizeModel : CompressionTask
{
    /// <inheritdoc/>
    protected override (string? Scheme, IReadOnlyList<string> Exclude) SettingsOf(CompileOptions options) => (options.Quantize, options.QuantizeExclude);

    /// <inheritdoc/>
    protected override IReadOnlyList<Diagnostic> Apply(CompileOptions options) => Stages.Quantize(InputFile, OutputFile, options, Cancellation);
}
