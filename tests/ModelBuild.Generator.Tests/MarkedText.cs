using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace ModelBuild.Generator.Tests;

/// <summary>An additional file with one item metadata set to true; an empty name for none.</summary>
internal sealed class MarkedText(string path, string text, string metadata) : AdditionalText
{
    public override string Path => path;

    public string Metadata => metadata;

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text, Encoding.UTF8);
}
