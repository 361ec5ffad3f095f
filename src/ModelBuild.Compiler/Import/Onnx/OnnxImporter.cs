using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Formats.Hdf5;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Reads ONNX models of every opset from 1 on; older meanings become those of <see cref="Graph.CanonicalOpset"/>.</summary>
/// <param name="operators">Finds definitions for the nodes.</param>
public sealed class OnnxImporter(IOperatorSet operators) : IImporter
{
    /// <inheritdoc/>
    public string Name => "ONNX";

    /// <inheritdoc/>
    public bool CanRead(string path, ReadOnlySpan<byte> head) =>
        (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && !Superblock.HasSignature(head)) || (OnnxReader.LooksLikeModel(head) && head[0] == 0x08 && Path.GetExtension(path).Length == 0);

    /// <summary>Number of elements of inputs that are sequences or optional, by their names; 0 for an optional that is never given.</summary>
    public IReadOnlyDictionary<string, int> Lengths { get; init; } = new Dictionary<string, int>();

    /// <inheritdoc/>
    public Graph Import(string path, CancellationToken cancellation)
    {
        using FileStream stream = ModelFile.Open(path);
        return Import(stream, path, Path.GetDirectoryName(Path.GetFullPath(path)), cancellation);
    }

    /// <summary>Reads a model from memory or another stream.</summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="name">File name for messages.</param>
    /// <param name="folder">Where external data lies, or null to refuse it.</param>
    /// <param name="cancellation">Polled between nodes.</param>
    /// <exception cref="ModelBuildException">The model is damaged, hostile, or asks for something not supported.</exception>
    public Graph Import(Stream stream, string name, string? folder, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ModelProto model = OnnxReader.Read(stream, name);
        OnnxExternalData? external = folder is null ? null : new(folder);
        Graph graph = new OnnxGraphBuilder(new OnnxBuild(operators, new OnnxTensorReader(external), cancellation) { Lengths = Lengths }).Build(model, name);
        graph.ExternalFiles = external?.Files ?? [];
        return graph;
    }
}
