namespace ModelBuild.Compiler.Options;

/// <summary>Every metadata name of a <c>DeployModel</c> item.</summary>
public static class MetadataNames
{
    public const string ClassName = "ClassName";
    public const string Namespace = "Namespace";
    public const string Accessibility = "Accessibility";
    public const string InputNames = "InputNames";
    public const string OutputNames = "OutputNames";
    public const string Runtime = "Runtime";
    public const string Dims = "Dims";
    public const string Lengths = "Lengths";
    public const string Optimize = "Optimize";
    public const string Winograd = "Winograd";
    public const string Prune = "Prune";
    public const string PruneExclude = "PruneExclude";
    public const string Quantize = "Quantize";
    public const string QuantizeExclude = "QuantizeExclude";
    public const string CalibrationData = "CalibrationData";
    public const string CalibrationSamples = "CalibrationSamples";
    public const string Verify = "Verify";
    public const string VerifyData = "VerifyData";
    public const string Tolerance = "Tolerance";
    public const string ValidationData = "ValidationData";
    public const string MaxAccuracyDrop = "MaxAccuracyDrop";
    public const string MaxSize = "MaxSize";
    public const string MaxScratch = "MaxScratch";
    public const string MaxMacs = "MaxMacs";
    public const string Weights = "Weights";
    public const string Labels = "Labels";

    /// <summary>All names, for the check of unknown ones.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ClassName, Namespace, Accessibility, InputNames, OutputNames, Runtime, Dims, Lengths, Optimize, Winograd, Prune, PruneExclude, Quantize, QuantizeExclude,
        CalibrationData, CalibrationSamples, Verify, VerifyData, Tolerance, ValidationData, MaxAccuracyDrop, MaxSize, MaxScratch, MaxMacs, Weights, Labels,
    ];

    /// <summary>Names that MSBuild, the project system or the user's own item conventions put on items; they mean nothing here.</summary>
    public static IReadOnlyList<string> Ignored { get; } =
    [
        "Generator", "Visible", "Link", "LinkBase", "SubType", "CopyToOutputDirectory", "CopyToPublishDirectory", "DependentUpon", "Pack", "PackagePath",
        "DefiningProjectFullPath", "OriginalItemSpec", "MSBuildSourceProjectFile", "MSBuildSourceTargetName", "CustomToolNamespace", "LastGenOutput",
    ];
}
