using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ModelBuild.Generator.Tests;

/// <summary>The options that the build's targets would pass.</summary>
internal sealed class MarkedOptions(bool isEnabled) : AnalyzerConfigOptionsProvider
{
    public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(isEnabled ? "build_property.ModelBuildEnabled" : "");

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Options("");

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) =>
        new Options(textFile is MarkedText { Metadata.Length: > 0 } marked ? "build_metadata.AdditionalFiles." + marked.Metadata : "");

    private sealed class Options(string trueKey) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = key == trueKey ? "true" : null;
            return value is not null;
        }
    }
}
