using Microsoft.CodeAnalysis;

namespace ModelBuild.Generator;

/// <summary>A diagnostic in a form that compares by value.</summary>
/// <param name="Descriptor">What kind.</param>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Message">The argument of the message.</param>
internal sealed record PredictorFailure(DiagnosticDescriptor Descriptor, string Path, int Line, string Message);
