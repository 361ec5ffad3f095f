using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Errors of a graph that is being built.</summary>
internal static class OnnxErrors
{
    /// <summary>The graph is not well formed (MDB2004).</summary>
    public static ModelBuildException Invalid(string message) => new(Diagnostic.Of(Descriptors.InvalidGraph, message));

    /// <summary>The graph is not well formed at a node (MDB2004).</summary>
    public static ModelBuildException Invalid(string message, string node) => new(Diagnostic.At(Descriptors.InvalidGraph, node, message));

    /// <summary>A node contradicts its operator's or function's definition (MDB2003).</summary>
    public static ModelBuildException InvalidNode(string node, string message) => new(Diagnostic.At(Descriptors.InvalidNode, node, message));
}
