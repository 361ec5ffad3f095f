using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Ir;

/// <summary>Errors that name a node.</summary>
public static class NodeErrors
{
    /// <summary>The node contradicts its operator's definition (MDB2003).</summary>
    public static ModelBuildException Invalid(Node node, string what) =>
        new(Diagnostic.At(Descriptors.InvalidNode, node.Name, $"{node.OpType} '{node.Name}': {what}"));

    /// <summary>Shapes do not agree (MDB3002).</summary>
    public static ModelBuildException Shape(Node node, string what) =>
        new(Diagnostic.At(Descriptors.ShapeMismatch, node.Name, $"{node.OpType} '{node.Name}': {what}"));

    /// <summary>The element type is not supported (MDB3003).</summary>
    public static ModelBuildException Type(Node node, string what) =>
        new(Diagnostic.At(Descriptors.UnsupportedType, node.Name, $"{node.OpType} '{node.Name}': {what}"));

    /// <summary>The attribute value is not supported (MDB2002).</summary>
    public static ModelBuildException Attribute(Node node, string attribute, string value, string hint) =>
        new(Diagnostic.At(Descriptors.UnsupportedAttribute, node.Name, $"Attribute {attribute}={value} of {node.OpType} '{node.Name}' is not supported. {hint}"));

    /// <summary>A limit is exceeded (MDB2005).</summary>
    public static ModelBuildException Limit(Node node, string what) =>
        new(Diagnostic.At(Descriptors.GraphLimit, node.Name, $"{node.OpType} '{node.Name}': {what}"));
}
