using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import;

/// <summary>Reads one model format.</summary>
public interface IImporter
{
    /// <summary>Name of the format in messages.</summary>
    string Name { get; }

    /// <summary>True when the file's name and first bytes look like this format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">Its first bytes, at most <see cref="Importers.HeadLength"/>.</param>
    bool CanRead(string path, ReadOnlySpan<byte> head);

    /// <summary>Reads the model into a sorted graph with the operator meanings of <see cref="Graph.CanonicalOpset"/>.</summary>
    /// <exception cref="ModelBuildException">The file is damaged, hostile, or asks for something not supported.</exception>
    Graph Import(string path, CancellationToken cancellation);
}
