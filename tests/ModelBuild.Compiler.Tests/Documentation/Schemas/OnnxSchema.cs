namespace ModelBuild.Compiler.Tests.Documentation.Schemas;

/// <summary>What the specification says of one version of an operator.</summary>
/// <param name="Domain">Empty for ai.onnx.</param>
/// <param name="Name">Operator name.</param>
/// <param name="Version">Opset that brought this version.</param>
/// <param name="IsDeprecated">True where the opset takes the operator out.</param>
/// <param name="Inputs">In order.</param>
/// <param name="Outputs">In order.</param>
/// <param name="Attributes">Kinds by name, for example <c>ints</c>.</param>
/// <param name="Types">Element types by type variable.</param>
internal sealed record OnnxSchema(
    string Domain,
    string Name,
    int Version,
    bool IsDeprecated,
    IReadOnlyList<SchemaPort> Inputs,
    IReadOnlyList<SchemaPort> Outputs,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Types);
