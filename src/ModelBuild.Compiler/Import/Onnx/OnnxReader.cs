using Google.Protobuf;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Bytes to <see cref="ModelProto"/>: sizes, nesting and versions are checked, meanings are not.</summary>
internal static class OnnxReader
{
    /// <summary>Newest ONNX opset of the default domain that is read.</summary>
    public const int MaxOpset = 28;

    /// <summary>Newest IR version that is read.</summary>
    public const int MaxIrVersion = 13;

    // Three messages to each level of subgraphs.
    private const int RecursionLimit = 100;

    // First bytes of the tags of ModelProto's fields with their wire types.
    private static ReadOnlySpan<byte> FirstBytes => [0x08, 0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72, 0xA2, 0xCA, 0xD2];

    /// <summary>True when the first byte can start a model.</summary>
    public static bool LooksLikeModel(ReadOnlySpan<byte> head) => !head.IsEmpty && FirstBytes.Contains(head[0]);

    /// <summary>Parses and checks versions.</summary>
    /// <param name="stream">Seekable; read from its present position.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="ModelBuildException">Not a model (MDB1001), a Git LFS pointer (MDB1002), damaged (MDB1005), too large or nested too deep (MDB1011), or of an unknown version (MDB1004).</exception>
    public static ModelProto Read(Stream stream, string path)
    {
        byte[] head = new byte[Importers.HeadLength];
        long start = stream.Position;
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        stream.Position = start;
        ModelFile.RefuseLfsPointer(path, head);
        if (head.Length == 0)
        {
            throw ModelFile.UnknownFormat(path, head);
        }

        if (stream.Length - start > int.MaxValue)
        {
            throw Error(Descriptors.ReadLimit, path, $"has {stream.Length - start} bytes; 2147483647 are the most that protobuf allows. Save the weights as external data.");
        }

        ModelProto model = Parse(stream, path, head);
        if (model.Graph is null)
        {
            throw model.HasIrVersion || model.OpsetImport.Count > 0
                ? Error(Descriptors.TruncatedModel, path, "has no graph.")
                : ModelFile.UnknownFormat(path, head);
        }

        CheckVersions(model, path);
        return model;
    }

    private static ModelProto Parse(Stream stream, string path, byte[] head)
    {
        using CodedInputStream input = CodedInputStream.CreateWithLimits(stream, int.MaxValue, RecursionLimit);
        try
        {
            return ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(input);
        }
        catch (InvalidProtocolBufferException e)
        {
            if (!LooksLikeModel(head))
            {
                throw ModelFile.UnknownFormat(path, head);
            }

            // The library's exceptions differ by message only.
            bool nested = e.Message.Contains("nesting", StringComparison.Ordinal);
            throw nested
                ? Error(Descriptors.ReadLimit, path, $"nests messages more than {RecursionLimit} deep (byte {input.Position}).")
                : Error(Descriptors.TruncatedModel, path, $"cannot be read: damaged or cut at byte {input.Position} of {stream.Length}. Copy or download it again.");
        }
    }

    private static void CheckVersions(ModelProto model, string path)
    {
        if (model.IrVersion is < 1 or > MaxIrVersion)
        {
            throw Error(Descriptors.UnsupportedVersion, path, model.HasIrVersion
                ? $"has ONNX IR version {model.IrVersion}; 1 to {MaxIrVersion} are supported."
                : "states no ONNX IR version.");
        }

        OpsetVersions(model.OpsetImport, path);
        if (model.OpsetImport.Count == 0)
        {
            throw Error(Descriptors.UnsupportedVersion, path, "imports no operators (opset_import).");
        }
    }

    /// <summary>Versions by domain, <c>ai.onnx</c> as the empty domain.</summary>
    /// <exception cref="ModelBuildException">A domain is given twice with different versions, or the default domain is of an unknown version (MDB1004).</exception>
    public static Dictionary<string, long> OpsetVersions(IEnumerable<OperatorSetIdProto> imports, string owner)
    {
        Dictionary<string, long> versions = new(StringComparer.Ordinal);
        foreach (OperatorSetIdProto import in imports)
        {
            string domain = NormalizeDomain(import.Domain);
            if (!versions.TryAdd(domain, import.Version) && versions[domain] != import.Version)
            {
                throw Error(Descriptors.UnsupportedVersion, owner, $"imports domain '{domain}' in versions {versions[domain]} and {import.Version}.");
            }
        }

        if (!versions.TryGetValue("", out long version))
        {
            return versions;
        }

        return version is >= 1 and <= MaxOpset
            ? versions
            : throw Error(Descriptors.UnsupportedVersion, owner, $"uses ONNX opset {version}; 1 to {MaxOpset} are supported.");
    }

    /// <summary>The empty string for <c>ai.onnx</c>.</summary>
    public static string NormalizeDomain(string domain) => domain == "ai.onnx" ? "" : domain;

    private static ModelBuildException Error(DiagnosticDescriptor descriptor, string path, string what) =>
        new(Diagnostic.Of(descriptor, $"'{Path.GetFileName(path)}' {what}"));
}
