namespace ModelBuild.Plan;

/// <summary>The final program of a model: ordered kernel calls with literal arguments. It knows no operator, path, time or processor.</summary>
public sealed record ExecutionPlan
{
    /// <summary>Version of the text form; a reader refuses any other.</summary>
    public const int FormatVersion = 1;

    /// <summary>The model's short name: its file name without extension.</summary>
    public string ModelName { get; init; } = "";

    /// <summary>File name (no folder) of the source model.</summary>
    public string SourceFile { get; init; } = "";

    /// <summary>SHA-256 of the source model, lower-case hexadecimal.</summary>
    public string SourceHash { get; init; } = "";

    /// <summary>SHA-256 of the options that shaped the plan, lower-case hexadecimal.</summary>
    public string OptionsHash { get; init; } = "";

    /// <summary>Opset of the default domain in the source model.</summary>
    public int Opset { get; init; }

    /// <summary>Namespace of the generated class; may be empty.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name of the generated class.</summary>
    public string ClassName { get; init; } = "";

    /// <summary>True for a public class, false for an internal one.</summary>
    public bool IsPublic { get; init; }

    /// <summary>What executes the model.</summary>
    public PlanRuntime Runtime { get; init; }

    /// <summary>How the weights reach the program.</summary>
    public PlanWeights Weights { get; init; }

    /// <summary>One line about lossy steps, for example <c>int8 static, per channel</c>; empty for none.</summary>
    public string Compression { get; init; } = "";

    /// <summary>True when the leading dimension of every input and output is a free batch and the plan computes one item of it.</summary>
    public bool HasFreeBatch { get; init; }

    /// <summary>Model inputs in the model's order.</summary>
    public PlanList<PlanPort> Inputs { get; init; } = PlanList<PlanPort>.Empty;

    /// <summary>Model outputs in the model's order.</summary>
    public PlanList<PlanPort> Outputs { get; init; } = PlanList<PlanPort>.Empty;

    /// <summary>Sizes that are given with every call, in the order of their parameters, and after them those that steps count, in the order of these steps; empty where everything is fixed.</summary>
    public PlanList<PlanDim> Dims { get; init; } = PlanList<PlanDim>.Empty;

    /// <summary>Number of the sizes that are given with every call.</summary>
    public int CallDims
    {
        get
        {
            int count = 0;
            foreach (PlanDim dim in Dims)
            {
                count += dim.IsCounted ? 0 : 1;
            }

            return count;
        }
    }

    /// <summary>Scratch memory of the steps where there are <see cref="Dims"/>.</summary>
    public PlanList<PlanBuffer> Buffers { get; init; } = PlanList<PlanBuffer>.Empty;

    /// <summary>Other steps for parts of the sizes; the first that holds the sizes of a call serves it, <see cref="Steps"/> serve all others.</summary>
    public PlanList<PlanVariant> Variants { get; init; } = PlanList<PlanVariant>.Empty;

    /// <summary>Bytes of scratch memory that one call needs; with <see cref="Dims"/>, at the greatest sizes that the build looked at.</summary>
    public long ArenaBytes { get; init; }

    /// <summary>Bytes of the weights blob.</summary>
    public long WeightsBytes { get; init; }

    /// <summary>SHA-256 of the layout and of the weights blob, lower-case hexadecimal; other weights of the same plan differ in it.</summary>
    public string WeightsHash { get; init; } = "";

    /// <summary>Bytes of all weights in the source model.</summary>
    public long SourceWeightsBytes { get; init; }

    /// <summary>Number of stored parameters in the source model.</summary>
    public long Parameters { get; init; }

    /// <summary>Class names in output order; empty without <c>Labels</c>.</summary>
    public PlanList<string> Labels { get; init; } = PlanList<string>.Empty;

    /// <summary>Index of the output that <see cref="Labels"/> describe.</summary>
    public int LabelsOutput { get; init; }

    /// <summary>True when that output already holds probabilities, so that no softmax is applied to it.</summary>
    public bool LabelsAreProbabilities { get; init; }

    /// <summary>Kernel calls and blocks in order.</summary>
    public PlanList<PlanStep> Steps { get; init; } = PlanList<PlanStep>.Empty;

    /// <summary>Multiply-accumulates of one call; with <see cref="Dims"/>, at the greatest sizes that the build looked at.</summary>
    public long Macs
    {
        get
        {
            long macs = 0;
            foreach (PlanStep step in Steps)
            {
                macs += step.TotalMacs;
            }

            return macs;
        }
    }
}
