namespace ModelBuild.Generator.Emission;

/// <summary>A size of an output that a call finds out, with its names in the generated class.</summary>
/// <param name="Port">The output.</param>
/// <param name="Axis">The axis of this size.</param>
/// <param name="Parameter">Parameter name, without <c>@</c>.</param>
/// <param name="Name">Parameter name as it stands in code.</param>
/// <param name="Key">Its name among the sizes of outputs by name.</param>
internal sealed record CountParameter(Port Port, int Axis, string Parameter, string Name, string Key);
