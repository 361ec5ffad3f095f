namespace ModelBuild.Compiler.Diagnostics;

/// <summary>The fixed part of a diagnostic. A number is never reused.</summary>
/// <param name="Code"><c>MDB</c> and four digits; the first digit names the stage.</param>
/// <param name="Severity">Error or warning.</param>
/// <param name="Title">A few words, the title of its documentation page.</param>
public sealed record DiagnosticDescriptor(string Code, DiagnosticSeverity Severity, string Title);
