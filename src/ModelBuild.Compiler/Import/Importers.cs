using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Keras;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Compiler.Import;

/// <summary>The formats that the compiler reads: one folder and one line each.</summary>
public static class Importers
{
    /// <summary>Number of first bytes that importers see when a format is chosen.</summary>
    public const int HeadLength = 512;

    /// <summary>Every importer; the first that accepts a file reads it.</summary>
    public static IReadOnlyList<IImporter> All { get; } =
    [
        new OnnxImporter(Operators.Set),
        new KerasImporter(Operators.Set),
    ];

    /// <summary>Reads a model of any known format.</summary>
    /// <exception cref="ModelBuildException">The file is missing (MDB1009), a Git LFS pointer (MDB1002), of no known format (MDB1001), or refused by its importer.</exception>
    public static Graph Import(string path, CancellationToken cancellation = default)
    {
        byte[] head = ModelFile.ReadHead(path);
        ModelFile.RefuseLfsPointer(path, head);
        IImporter importer = All.FirstOrDefault(i => i.CanRead(path, head)) ?? throw ModelFile.UnknownFormat(path, head);
        return importer.Import(path, cancellation);
    }

    /// <summary>Reads a model whose inputs may be sequences or optional.</summary>
    /// <param name="lengths">Their numbers of elements, by their names.</param>
    /// <exception cref="ModelBuildException">As without lengths, or one is given for something else (MDB3011).</exception>
    public static Graph Import(string path, IReadOnlyDictionary<string, int> lengths, CancellationToken cancellation = default)
    {
        if (lengths.Count == 0)
        {
            return Import(path, cancellation);
        }

        byte[] head = ModelFile.ReadHead(path);
        ModelFile.RefuseLfsPointer(path, head);
        OnnxImporter onnx = new(Operators.Set) { Lengths = lengths };
        return onnx.CanRead(path, head) ? onnx.Import(path, cancellation) : throw new ModelBuildException(Diagnostic.InSetting(
            Descriptors.UnknownMetadata, MetadataNames.Lengths, "Lengths tells how many tensors there are in inputs that are sequences or optional, which only ONNX models have. Leave it out."));
    }
}
