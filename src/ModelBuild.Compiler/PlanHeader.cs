using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.MachineLearning;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Quantization;
using ModelBuild.Plan;

namespace ModelBuild.Compiler;

/// <summary>Fills in what a plan says about itself.</summary>
internal static class PlanHeader
{
    private const long MaxEmbeddedBytes = 64 * 1024 * 1024;
    private const int MaxLabels = 1_000_000;

    /// <summary>The plan with names, hashes, labels and the choice of where the weights live.</summary>
    public static CompiledModel Complete(CompiledModel model, Graph source, CompileOptions options, bool hasFreeBatch)
    {
        ExecutionPlan plan = Describe(model.Plan, source, options) with { HasFreeBatch = hasFreeBatch, WeightsHash = System.Convert.ToHexStringLower(SHA256.HashData(model.Weights)) };
        plan = WithNames(plan, source, options);
        return model with { Plan = plan };
    }

    /// <summary>The parts that do not depend on steps or weights.</summary>
    public static ExecutionPlan Describe(ExecutionPlan plan, Graph source, CompileOptions options)
    {
        string hash = System.Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(options.ModelPath)));
        List<string> lossy = [];
        if (options.Prune is { } prune)
        {
            lossy.Add($"pruned {prune}");
        }

        if (options.Quantize is { } quantize)
        {
            lossy.Add(QuantizationSchemes.Find(quantize).Describe(options.CalibrationData is not null));
        }

        HashSet<Value> constants = [.. source.Nodes.SelectMany(SubgraphCaptures.ReadsOf).Where(v => v.IsConstant)];
        return plan with
        {
            ModelName = Path.GetFileNameWithoutExtension(options.ModelPath),
            SourceFile = Path.GetFileName(options.ModelPath),
            SourceHash = hash,
            OptionsHash = OptionsHash(options),
            Opset = source.SourceOpset,
            Namespace = options.Namespace,
            ClassName = options.ClassName,
            IsPublic = options.IsPublic,
            Runtime = options.Runtime,
            Weights = options.Weights ?? (plan.WeightsBytes > MaxEmbeddedBytes ? PlanWeights.File : PlanWeights.Embedded),
            Compression = string.Join(", ", lossy),
            SourceWeightsBytes = constants.Sum(c => (long)c.Constant!.Bytes.Length),
            Parameters = constants.Sum(c => (long)c.Constant!.Count),
        };
    }

    /// <summary>The plan with the keys of maps and with labels.</summary>
    /// <exception cref="ModelBuildException">The labels fit no output (MDB3012).</exception>
    public static ExecutionPlan WithNames(ExecutionPlan plan, Graph source, CompileOptions options) => WithLabels(WithKeys(plan, source), source, options);

    private static ExecutionPlan WithKeys(ExecutionPlan plan, Graph source) =>
        source.InputKeys.Count == 0 ? plan : plan with { Inputs = new PlanList<PlanPort>(plan.Inputs.Select(p => source.InputKeys.TryGetValue(p.Name, out InputKeys? keys) && Fits(keys, p) ? p with { Keys = KeysOf(keys) } : p)) };

    // A file's metadata may say anything.
    private static bool Fits(InputKeys keys, PlanPort port) =>
        !port.IsSized && (keys.Kind == InputKeyKind.Positions || (keys.Names.Length == port.Count && keys.Names.Distinct(StringComparer.Ordinal).Count() == keys.Names.Length && (keys.Kind == InputKeyKind.Words || keys.Names.All(IsNumber))));

    private static bool IsNumber(string name) => long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number.ToString(CultureInfo.InvariantCulture) == name;

    private static PlanKeys KeysOf(InputKeys keys)
    {
        PlanKeyKind kind = keys.Kind switch
        {
            InputKeyKind.Words => PlanKeyKind.Words,
            InputKeyKind.Numbers => PlanKeyKind.Numbers,
            _ => PlanKeyKind.Positions,
        };
        return new PlanKeys(kind, new PlanList<string>(keys.Names), keys.Missing);
    }

    // The labels of the file that the user named, else those that the model gives to the columns of its scores.
    private static ExecutionPlan WithLabels(ExecutionPlan plan, Graph source, CompileOptions options)
    {
        bool isCounted = plan.Outputs.Any(o => o.IsCounted(plan.CallDims));
        if (options.Labels is not null && isCounted)
        {
            throw new ModelBuildException(Diagnostic.InFile(
                Descriptors.LabelsMismatch, options.Labels, "Labels name the scores of a model whose outputs have fixed sizes; an output of this one has a size that depends on values. Leave Labels out."));
        }

        if (isCounted)
        {
            return plan;
        }

        if (options.Labels is null)
        {
            return WithModelLabels(plan, source);
        }

        string[] labels = [.. File.ReadLines(options.Labels).Select(l => l.Trim()).Where(l => l.Length > 0).Take(MaxLabels)];
        int output = plan.Outputs.ToList().FindIndex(o => o.Type == PlanElementType.F32 && !o.IsSized && o.Count == labels.Length);
        if (output < 0)
        {
            string outputs = string.Join(", ", plan.Outputs.Select(o => o.IsSized ? $"'{o.Name}' whose size is given with every call" : $"'{o.Name}' with {o.Count} elements"));
            throw new ModelBuildException(Diagnostic.InFile(
                Descriptors.LabelsMismatch, options.Labels, $"'{Path.GetFileName(options.Labels)}' has {labels.Length} labels; no float output has as many elements ({outputs})."));
        }

        Value value = source.Outputs[output].Value;
        return plan with { Labels = new PlanList<string>(labels), LabelsOutput = output, LabelsAreProbabilities = EndsInProbabilities(value) };
    }

    private static ExecutionPlan WithModelLabels(ExecutionPlan plan, Graph source)
    {
        for (int i = 0; i < plan.Outputs.Count; i++)
        {
            GraphOutput output = source.Outputs[i];
            if (plan.Outputs[i].Type == PlanElementType.F32 && !plan.Outputs[i].IsSized && source.OutputLabels.TryGetValue(output.Name, out string[]? labels) && labels.Length == plan.Outputs[i].Count)
            {
                return plan with { Labels = new PlanList<string>(labels), LabelsOutput = i, LabelsAreProbabilities = EndsInProbabilities(output.Value) };
            }
        }

        return plan;
    }

    private static bool EndsInProbabilities(Value value)
    {
        Node? node = value.Producer;
        while (node is { OpType: "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Identity" or "Transpose" or "QuantizeLinear" or "DequantizeLinear" })
        {
            node = node.Input(0).Producer;
        }

        return node?.OpType is "Softmax" or "Sigmoid" or "Normalizer" || (node is { Domain: MachineLearningOp.DomainName } && MachineLearningOp.GivesProbabilities(node));
    }

    private static string OptionsHash(CompileOptions options)
    {
        string text = string.Join('\n',
            $"class={options.FullClassName}", $"public={options.IsPublic}", $"runtime={options.Runtime}", $"optimize={options.Optimize}", $"winograd={options.Winograd}", $"prune={options.Prune}",
            $"pruneExclude={string.Join(';', options.PruneExclude)}", $"quantize={options.Quantize}", $"quantizeExclude={string.Join(';', options.QuantizeExclude)}",
            $"dims={options.DimsText}", $"lengths={string.Join(';', options.Lengths.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"))}",
            $"samples={options.CalibrationSamples}", $"weights={options.Weights}");
        return System.Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
