using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Pruning;
using ModelBuild.Compiler.Quantization;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Options;

/// <summary>Reads the metadata of a <c>DeployModel</c> item. The only place that knows names and values.</summary>
public static class OptionsParser
{
    /// <summary>Parses and checks everything; all faults are reported together.</summary>
    /// <param name="modelPath">Full path of the model.</param>
    /// <param name="relativeFolder">Folder of the item relative to the project, for the default namespace.</param>
    /// <param name="rootNamespace">The project's root namespace.</param>
    /// <param name="projectFolder">Base of relative paths in the metadata.</param>
    /// <exception cref="ModelBuildException">A name or value is unknown (MDB3011), or files are missing.</exception>
    public static CompileOptions Parse(string modelPath, string relativeFolder, string rootNamespace, string projectFolder, IReadOnlyDictionary<string, string> metadata)
    {
        MetadataReader reader = new(metadata, projectFolder);
        reader.CheckNames();
        string className = reader.Text(MetadataNames.ClassName) ?? PlanIdentifiers.Pascal(Path.GetFileNameWithoutExtension(modelPath), "Model") + "Predictor";
        string defaultNamespace = string.Join('.', new[] { rootNamespace }.Concat(
            relativeFolder.Split('/', '\\').Where(p => p.Length > 0 && p.Any(char.IsAsciiLetterOrDigit)).Select(p => PlanIdentifiers.Pascal(p, "Models"))).Where(p => p.Length > 0));
        CompileOptions options = new()
        {
            ModelPath = modelPath,
            ClassName = reader.Identifier(MetadataNames.ClassName, className),
            Namespace = reader.Namespace(MetadataNames.Namespace, defaultNamespace),
            IsPublic = reader.Choice(MetadataNames.Accessibility, "Internal", ["Internal", "Public"]) == "Public",
            InputNames = reader.Names(MetadataNames.InputNames),
            OutputNames = reader.Names(MetadataNames.OutputNames),
            Runtime = reader.Choice(MetadataNames.Runtime, "generated", ["generated", "onnxruntime"]) == "onnxruntime" ? PlanRuntime.OnnxRuntime : PlanRuntime.Generated,
            Dims = reader.Dims(out Dictionary<string, SizeRange> ranges),
            Ranges = ranges,
            Lengths = reader.Lengths(),
            Optimize = reader.Choice(MetadataNames.Optimize, "standard", ["none", "standard"]) != "none",
            Winograd = reader.Choice(MetadataNames.Winograd, "auto", ["none", "auto"]) != "none",
            Prune = reader.Scheme(MetadataNames.Prune, PruningSchemes.Names, PruningSchemes.Check),
            PruneExclude = reader.List(MetadataNames.PruneExclude),
            Quantize = reader.Scheme(MetadataNames.Quantize, QuantizationSchemes.Names, QuantizationSchemes.Check),
            QuantizeExclude = reader.List(MetadataNames.QuantizeExclude),
            CalibrationData = reader.File(MetadataNames.CalibrationData, Descriptors.CalibrationMissing),
            CalibrationSamples = (int)(reader.Number(MetadataNames.CalibrationSamples, 1, 1_000_000) ?? 128),
            Verify = reader.Choice(MetadataNames.Verify, "numeric", ["none", "numeric"]) != "none",
            VerifyData = reader.File(MetadataNames.VerifyData, Descriptors.InvalidValidationData),
            Tolerance = reader.Tolerance(),
            ValidationData = reader.File(MetadataNames.ValidationData, Descriptors.InvalidValidationData),
            MaxAccuracyDrop = reader.Fraction(MetadataNames.MaxAccuracyDrop) ?? 0.01,
            MaxSize = reader.Size(MetadataNames.MaxSize, 1024),
            MaxScratch = reader.Size(MetadataNames.MaxScratch, 1024),
            MaxMacs = reader.Size(MetadataNames.MaxMacs, 1000),
            Weights = reader.Choice(MetadataNames.Weights, "auto", ["auto", "embedded", "file", "none"]) switch
            {
                "embedded" => PlanWeights.Embedded,
                "file" => PlanWeights.File,
                "none" => PlanWeights.None,
                _ => null,
            },
            Labels = reader.File(MetadataNames.Labels, Descriptors.LabelsMismatch),
        };
        if (options.Runtime == PlanRuntime.OnnxRuntime)
        {
            reader.RefuseRangesForOnnxRuntime(options.Ranges);
            reader.RefuseForOnnxRuntime(MetadataNames.MaxScratch, "ONNX Runtime takes its own memory");
            reader.RefuseForOnnxRuntime(MetadataNames.Winograd, "ONNX Runtime chooses its own kernels");
            reader.RefuseForOnnxRuntime(MetadataNames.MaxMacs, "only the generated plan counts multiply-accumulates");
        }

        reader.RequireMeasuredAccuracy();
        reader.ThrowIfFaulty();
        return options;
    }
}
