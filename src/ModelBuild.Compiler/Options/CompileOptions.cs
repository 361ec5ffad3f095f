using System.Globalization;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Options;

/// <summary>What a <c>DeployModel</c> item says, checked.</summary>
public sealed record CompileOptions
{
    /// <summary>Full path of the model.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Name of the generated class.</summary>
    public required string ClassName { get; init; }

    /// <summary>Namespace of the generated class; may be empty.</summary>
    public required string Namespace { get; init; }

    /// <summary>True for a public class.</summary>
    public bool IsPublic { get; init; }

    /// <summary>C# names of inputs by their names in the model.</summary>
    public IReadOnlyDictionary<string, string> InputNames { get; init; } = new Dictionary<string, string>();

    /// <summary>C# names of outputs by their names in the model.</summary>
    public IReadOnlyDictionary<string, string> OutputNames { get; init; } = new Dictionary<string, string>();

    /// <summary>What executes the model.</summary>
    public PlanRuntime Runtime { get; init; }

    /// <summary>Sizes by dimension name; null means free.</summary>
    public IReadOnlyDictionary<string, long?> Dims { get; init; } = new Dictionary<string, long?>();

    /// <summary>Ranges by name of the dimensions whose sizes are given with every call.</summary>
    public IReadOnlyDictionary<string, SizeRange> Ranges { get; init; } = new Dictionary<string, SizeRange>();

    /// <summary>Number of elements of inputs that are sequences or optional, by their names; 0 for an optional that is never given.</summary>
    public IReadOnlyDictionary<string, int> Lengths { get; init; } = new Dictionary<string, int>();

    /// <summary>False to skip the exact rewrites that standard ONNX can express.</summary>
    public bool Optimize { get; init; } = true;

    /// <summary>False to compute every convolution as the sum that it is; true where minimal filtering may be used.</summary>
    public bool Winograd { get; init; } = true;

    /// <summary>Pruning scheme and its argument, for example <c>channel:0.3</c>; null for none.</summary>
    public string? Prune { get; init; }

    /// <summary>Node names (with <c>*</c>) or operator types that pruning leaves alone.</summary>
    public IReadOnlyList<string> PruneExclude { get; init; } = [];

    /// <summary>Quantisation scheme; null for none.</summary>
    public string? Quantize { get; init; }

    /// <summary>Node names (with <c>*</c>) or operator types that stay in float.</summary>
    public IReadOnlyList<string> QuantizeExclude { get; init; } = [];

    /// <summary>Full path of the calibration data, or null.</summary>
    public string? CalibrationData { get; init; }

    /// <summary>How many calibration samples are used at most.</summary>
    public int CalibrationSamples { get; init; } = 128;

    /// <summary>False when the deployed model is not compared with the source model.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Full path of inputs for the comparison, or null for seeded ones.</summary>
    public string? VerifyData { get; init; }

    /// <summary>Allowed difference that the user chose, or null for the default of the steps chosen.</summary>
    public string? Tolerance { get; init; }

    /// <summary>Full path of labelled data, or null.</summary>
    public string? ValidationData { get; init; }

    /// <summary>Allowed loss of top-1 accuracy, absolute: 0.01 is one percentage point.</summary>
    public double MaxAccuracyDrop { get; init; } = 0.01;

    /// <summary>Largest weights blob in bytes, or null.</summary>
    public long? MaxSize { get; init; }

    /// <summary>Largest arena in bytes, or null.</summary>
    public long? MaxScratch { get; init; }

    /// <summary>Most multiply-accumulates of one call, or null.</summary>
    public long? MaxMacs { get; init; }

    /// <summary>How the weights reach the program; null for the rule by size.</summary>
    public PlanWeights? Weights { get; init; }

    /// <summary>Full path of the labels file, or null.</summary>
    public string? Labels { get; init; }

    /// <summary>Everything about dimensions as text that is equal for equal settings.</summary>
    public string DimsText => string.Join(
        ';',
        Dims.Select(d => (d.Key, Value: d.Value is { } size ? size.ToString(CultureInfo.InvariantCulture) : "")).Concat(Ranges.Select(r => (r.Key, Value: r.Value.ToString())))
            .OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={d.Value}"));

    /// <summary>Namespace and class.</summary>
    public string FullClassName => Namespace.Length == 0 ? ClassName : $"{Namespace}.{ClassName}";

    /// <summary>True when a step changes the numbers beyond floating-point rounding.</summary>
    public bool IsLossy => Prune is not null || Quantize is not null;
}
