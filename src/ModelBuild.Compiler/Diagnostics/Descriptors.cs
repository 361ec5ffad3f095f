namespace ModelBuild.Compiler.Diagnostics;

/// <summary>
/// Every diagnostic. MDB1 read and convert, MDB2 graph and operators, MDB3 shapes and metadata, MDB4 quantise, MDB5 prune,
/// MDB6 verify and budgets, MDB7 compile and runtime choice, MDB9 internal. Each has a page <c>docs/diagnostics/MDBxxxx.md</c>.
/// </summary>
public static class Descriptors
{
    public static readonly DiagnosticDescriptor UnknownFormat = Error("MDB1001", "Not a model of a known format");
    public static readonly DiagnosticDescriptor GitLfsPointer = Error("MDB1002", "The model is a Git LFS pointer");
    public static readonly DiagnosticDescriptor ExternalDataEscapes = Error("MDB1003", "External data lies outside the model's folder");
    public static readonly DiagnosticDescriptor UnsupportedVersion = Error("MDB1004", "The format or opset version is not supported");
    public static readonly DiagnosticDescriptor TruncatedModel = Error("MDB1005", "The model file ends too early or is damaged");
    public static readonly DiagnosticDescriptor ExternalDataMissing = Error("MDB1006", "External data is missing or too short");
    public static readonly DiagnosticDescriptor InvalidTensor = Error("MDB1007", "A stored tensor contradicts itself");
    public static readonly DiagnosticDescriptor UnsupportedLayer = Error("MDB1008", "A layer of the source format is not supported");
    public static readonly DiagnosticDescriptor FileNotFound = Error("MDB1009", "The model file does not exist");
    public static readonly DiagnosticDescriptor WeightsOnly = Error("MDB1010", "The file holds weights without an architecture");
    public static readonly DiagnosticDescriptor ReadLimit = Error("MDB1011", "The model exceeds a limit of the reader");
    public static readonly DiagnosticDescriptor UnsupportedOperator = Error("MDB2001", "An operator is not supported");
    public static readonly DiagnosticDescriptor UnsupportedAttribute = Error("MDB2002", "An attribute value is not supported");
    public static readonly DiagnosticDescriptor InvalidNode = Error("MDB2003", "A node contradicts its operator's definition");
    public static readonly DiagnosticDescriptor InvalidGraph = Error("MDB2004", "The graph is not well formed");
    public static readonly DiagnosticDescriptor GraphLimit = Error("MDB2005", "The graph asks for more than the build allows");
    public static readonly DiagnosticDescriptor UnsetDimension = Error("MDB3001", "A dimension has no size");
    public static readonly DiagnosticDescriptor ShapeMismatch = Error("MDB3002", "Shapes do not agree");
    public static readonly DiagnosticDescriptor UnsupportedType = Error("MDB3003", "An element type is not supported here");
    public static readonly DiagnosticDescriptor SizeDependence = Error("MDB3004", "The model cannot be built for run-time sizes");
    public static readonly DiagnosticDescriptor DuplicateClass = Error("MDB3010", "Two models would generate the same class");
    public static readonly DiagnosticDescriptor UnknownMetadata = Error("MDB3011", "Unknown metadata name or value");
    public static readonly DiagnosticDescriptor LabelsMismatch = Error("MDB3012", "Labels do not fit the model's outputs");
    public static readonly DiagnosticDescriptor CalibrationMissing = Error("MDB4001", "Calibration data is missing or does not fit the model");
    public static readonly DiagnosticDescriptor NonFiniteValue = Error("MDB4002", "NaN or infinity where quantisation needs finite values");
    public static readonly DiagnosticDescriptor NothingToQuantize = Warning("MDB4003", "Nothing in the model can be quantised");
    public static readonly DiagnosticDescriptor PruneUnsupportedGraph = Error("MDB5001", "The graph cannot be pruned by channels");
    public static readonly DiagnosticDescriptor NothingToPrune = Warning("MDB5002", "Nothing in the model can be pruned");
    public static readonly DiagnosticDescriptor LayersLeftWhole = Warning("MDB5003", "Layers were left unpruned");
    public static readonly DiagnosticDescriptor OutputsDiffer = Error("MDB6001", "The deployed model differs from the source model");
    public static readonly DiagnosticDescriptor AccuracyDropped = Error("MDB6002", "The deployed model lost more accuracy than allowed");
    public static readonly DiagnosticDescriptor BudgetExceeded = Error("MDB6003", "A budget is exceeded");
    public static readonly DiagnosticDescriptor InvalidValidationData = Error("MDB6004", "Validation data does not fit the model");
    public static readonly DiagnosticDescriptor VerificationSkipped = Warning("MDB6090", "Verification was skipped");
    public static readonly DiagnosticDescriptor RuntimeMismatch = Error("MDB7002", "The setting cannot be used with the chosen runtime");
    public static readonly DiagnosticDescriptor OldBuildTools = Error("MDB7003", "The .NET SDK is too old");
    public static readonly DiagnosticDescriptor InstructionSetUnset = Warning("MDB7004", "A native application without an instruction set computes slowly");
    public static readonly DiagnosticDescriptor OldTargetFramework = Error("MDB7005", "The project is built for a framework without predictors");
    public static readonly DiagnosticDescriptor HiddenOutput = Warning("MDB7006", "The terminal logger hides what a target prints");
    public static readonly DiagnosticDescriptor UnreadableAssembly = Error("MDB7007", "The runtime library cannot be prepared for compilation ahead");
    public static readonly DiagnosticDescriptor InvalidPlan = Error("MDB7011", "The plan cannot be read");
    public static readonly DiagnosticDescriptor RuntimePackageMissing = Error("MDB7101", "The package for the chosen runtime is missing");
    public static readonly DiagnosticDescriptor InternalError = Error("MDB9001", "Internal error");
    public static readonly DiagnosticDescriptor GeneratorError = Error("MDB9002", "Internal error in the source generator");

    /// <summary>All of the above, in order of their codes.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        UnknownFormat, GitLfsPointer, ExternalDataEscapes, UnsupportedVersion, TruncatedModel, ExternalDataMissing, InvalidTensor, UnsupportedLayer,
        FileNotFound, WeightsOnly, ReadLimit, UnsupportedOperator, UnsupportedAttribute, InvalidNode, InvalidGraph, GraphLimit, UnsetDimension,
        ShapeMismatch, UnsupportedType, SizeDependence, DuplicateClass, UnknownMetadata, LabelsMismatch, CalibrationMissing, NonFiniteValue, NothingToQuantize,
        PruneUnsupportedGraph, NothingToPrune, LayersLeftWhole, OutputsDiffer, AccuracyDropped, BudgetExceeded, InvalidValidationData, VerificationSkipped,
        RuntimeMismatch, OldBuildTools, InstructionSetUnset, OldTargetFramework, HiddenOutput, UnreadableAssembly, InvalidPlan, RuntimePackageMissing, InternalError, GeneratorError,
    ];

    private static DiagnosticDescriptor Error(string code, string title) => new(code, DiagnosticSeverity.Error, title);

    private static DiagnosticDescriptor Warning(string code, string title) => new(code, DiagnosticSeverity.Warning, title);
}
