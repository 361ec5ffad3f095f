using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>A model's own functions by domain, name and overload.</summary>
internal sealed class OnnxFunctions
{
    private readonly Dictionary<(string Domain, string Name, string Overload), OnnxFunction> _functions = [];

    /// <summary>Collects a model's functions.</summary>
    /// <exception cref="ModelBuildException">Two have one identity (MDB2004), or one imports an unknown version (MDB1004).</exception>
    public OnnxFunctions(IEnumerable<FunctionProto> functions, string path)
    {
        foreach (FunctionProto proto in functions)
        {
            OnnxFunction function = new(proto, OnnxReader.OpsetVersions(proto.OpsetImport, path));
            if (!_functions.TryAdd((OnnxReader.NormalizeDomain(proto.Domain), proto.Name, proto.Overload), function))
            {
                throw new ModelBuildException(Diagnostic.Of(Descriptors.InvalidGraph, $"Function '{proto.Name}' of domain '{proto.Domain}' is defined twice."));
            }
        }
    }

    /// <summary>No functions.</summary>
    public static OnnxFunctions None { get; } = new([], "");

    /// <summary>The function that an operator name stands for, or null.</summary>
    public OnnxFunction? Find(string domain, string opType, string overload) => _functions.GetValueOrDefault((domain, opType, overload));
}
