using Microsoft.CodeAnalysis;

namespace ModelBuild.Generator;

/// <summary>The generator's diagnostics. The build's tasks check a plan before it comes here, so each means that a file was changed since.</summary>
internal static class GeneratorDiagnostics
{
    private const string Category = "ModelBuild";

    public static DiagnosticDescriptor DuplicateClass { get; } = new(
        "MDB3010",
        "Two models would generate one class",
        "Two models would generate '{0}'; set ClassName on one of them",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static DiagnosticDescriptor MalformedPlan { get; } = new(
        "MDB7011",
        "A plan or verification file is not in its format",
        "The plan cannot be read: {0} Rebuild the project so that it is written again.",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static DiagnosticDescriptor InternalError { get; } = new(
        "MDB9002",
        "Internal error of the generator",
        "Internal error while generating the predictor: {0}. Please report it with the plan file.",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);
}
