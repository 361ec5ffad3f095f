using System.Text.Json;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Formats.Hdf5;
using ModelBuild.Compiler.Ir;
using PureHDF;
using PureHDF.VOL.Native;

namespace ModelBuild.Compiler.Import.Keras;

/// <summary>Reads whole Keras models in the HDF5 format (<c>.h5</c>, <c>.hdf5</c>), Sequential and Functional. Code stored in a file is never run.</summary>
/// <param name="operators">Finds definitions for the nodes.</param>
public sealed class KerasImporter(IOperatorSet operators) : IImporter
{
    /// <inheritdoc/>
    public string Name => "Keras HDF5";

    /// <inheritdoc/>
    public bool CanRead(string path, ReadOnlySpan<byte> head) =>
        Superblock.HasSignature(head) || path.EndsWith(".h5", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".hdf5", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public Graph Import(string path, CancellationToken cancellation)
    {
        string name = Path.GetFileName(path);
        byte[] head = ModelFile.ReadHead(path);
        using FileStream stream = ModelFile.Open(path);
        if (Superblock.DeclaredLength(head) is { } length && length > (ulong)stream.Length)
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.TruncatedModel, $"'{name}' has {stream.Length} of {length} bytes: it was cut off. Copy or download it again."));
        }

        try
        {
            using NativeFile file = H5File.Open(stream, leaveOpen: true);
            KerasWeights weights = new(file, name);
            using JsonDocument config = JsonDocument.Parse(weights.ReadConfig());
            return new KerasGraphBuilder(new KerasLayerEmitter(new Graph(operators, Path.GetFileNameWithoutExtension(path)), weights), name, cancellation).Build(config.RootElement);
        }
        catch (Exception e) when (e is not (ModelBuildException or OperationCanceledException or OutOfMemoryException))
        {
            // The HDF5 and JSON readers report damage with exceptions of many types.
            throw Superblock.HasSignature(head)
                ? new ModelBuildException(Diagnostic.Of(Descriptors.TruncatedModel, $"'{name}' is damaged or not a Keras model: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}. Copy or download it again, or save it with model.save."))
                : ModelFile.UnknownFormat(path, head);
        }
    }
}
