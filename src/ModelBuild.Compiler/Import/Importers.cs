using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Keras;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

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
}
