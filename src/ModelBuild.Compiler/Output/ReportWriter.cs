using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Output;

/// <summary>Prints a report. No time, path or machine: the same build gives the same report.</summary>
public static class ReportWriter
{
    private const int SchemaVersion = 1;
    private static readonly string s_version = typeof(ReportWriter).Assembly.GetName().Version!.ToString(3);
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>One line for the build log.</summary>
    public static string Summary(Report report)
    {
        ExecutionPlan plan = report.Plan;
        string compression = plan.Compression.Length == 0 ? "" : plan.Compression + ", ";
        string verified = report.Verification is not { } v ? "not verified"
            : v.DeployedAccuracy is { } accuracy ? Text($"top1 {v.SourceAccuracy:P2} -> {accuracy:P2}")
            : Measured(v) is { } values ? Text($"max error {values.Max(o => o.MaxAbsolute):G3}")
            : Text($"{v.Outputs.Min(o => o.Equal):P1} of the choices the same");
        return Text($"{plan.SourceFile} -> {plan.ClassName}: {compression}{Bytes(plan.SourceWeightsBytes)} -> {Bytes(plan.WeightsBytes)}, {plan.Macs:N0} MACs, scratch {Bytes(plan.ArenaBytes)}, {plan.Steps.Count} steps, {verified}");
    }

    /// <summary>The text that the generator reads to document the measured error; empty measurement when verification was skipped.</summary>
    public static string Verification(VerificationResult? result) => PlanVerificationText.Write(result is null
        ? new PlanVerification()
        : new PlanVerification
        {
            Samples = result.Samples,
            MaxAbsoluteError = (Measured(result) ?? result.Outputs).Max(o => o.MaxAbsolute),
            MaxRelativeError = (Measured(result) ?? result.Outputs).Max(o => o.MaxRelative),
            SqnrDb = (Measured(result) ?? result.Outputs).Min(o => o.Sqnr),
            MetricName = result.SourceAccuracy is null ? "" : "top1",
            MetricSource = result.SourceAccuracy ?? 0,
            MetricDeployed = result.DeployedAccuracy ?? 0,
        });

    /// <summary>The report for people.</summary>
    public static string Markdown(Report report)
    {
        ExecutionPlan plan = report.Plan;
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"# {plan.ClassName}\n\n`{plan.SourceFile}`, sha256 `{plan.SourceHash}`, opset {plan.Opset}; {(plan.Compression.Length == 0 ? "no lossy step" : plan.Compression)}.\n\n");
        text.Append("| | source | deployed |\n|--|--:|--:|\n");
        text.Append(CultureInfo.InvariantCulture, $"| weights | {Bytes(plan.SourceWeightsBytes)} | {Bytes(plan.WeightsBytes)} |\n| parameters | {plan.Parameters:N0} | |\n| multiply-accumulates per call | | {plan.Macs:N0} |\n| scratch memory | | {Bytes(plan.ArenaBytes)} |\n| steps | | {plan.Steps.Count} |\n| ONNX file of the last stage | | {Bytes(report.OnnxBytes)} |\n");
        AppendVerification(text, report.Verification);
        AppendLayers(text, report.Layers);
        text.Append("\n## Steps\n\n| | source nodes | kernel | MACs | weights | output |\n|--:|--|--|--:|--:|--|\n");
        foreach ((string number, PlanStep step) in Numbered(plan.Steps, ""))
        {
            PlanOperand[] operands = [.. step.Arguments.OfType<OperandArgument>().Select(a => a.Operand)];
            long weights = operands.Where(o => o.Memory == PlanMemory.Weights).Sum(o => o.Count * Ir.DTypes.SizeOf(Planning.PlanElementTypes.ToDType(o.Type)));
            OperandArgument? output = step.Arguments.OfType<OperandArgument>().LastOrDefault(a => a.Name == "y");
            string where = output is null ? "" : Text($"{output.Operand.Memory} {output.Operand.Type}[{output.Operand.Count}] at {output.Operand.Offset}");
            text.Append(CultureInfo.InvariantCulture, $"| {number} | {Cell(step.Comment)} | {KernelOf(step)} | {step.Macs:N0} | {Bytes(weights)} | {where} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n## Provenance\n\n- source sha256: `{plan.SourceHash}`\n- options sha256: `{plan.OptionsHash}`\n- weights sha256: `{plan.WeightsHash}`\n- ModelBuild {s_version}\n");
        return text.ToString();
    }

    /// <summary>The report for programs.</summary>
    public static string Json(Report report)
    {
        ExecutionPlan plan = report.Plan;
        return JsonSerializer.Serialize(
            new
            {
                schemaVersion = SchemaVersion,
                model = plan.SourceFile,
                modelBuildVersion = s_version,
                className = plan.ClassName,
                @namespace = plan.Namespace,
                runtime = plan.Runtime.ToString(),
                compression = plan.Compression,
                opset = plan.Opset,
                sourceSha256 = plan.SourceHash,
                optionsSha256 = plan.OptionsHash,
                weightsSha256 = plan.WeightsHash,
                sourceWeightsBytes = plan.SourceWeightsBytes,
                weightsBytes = plan.WeightsBytes,
                parameters = plan.Parameters,
                macs = plan.Macs,
                scratchBytes = plan.ArenaBytes,
                verification = report.Verification is not { } v ? null : new
                {
                    samples = v.Samples,
                    sampleSource = v.SampleSource,
                    tolerance = v.Tolerance.ToString(),
                    outputs = v.Outputs.Select(o => new { name = o.Name, maxAbsolute = o.MaxAbsolute, maxRelative = o.MaxRelative, sqnrDb = o.Sqnr, cosine = o.Cosine, equal = o.Equal }),
                    sourceTop1 = v.SourceAccuracy,
                    deployedTop1 = v.DeployedAccuracy,
                    accuracySamples = v.AccuracySamples,
                    agreement = v.Agreement,
                },
                layers = report.Layers.Select(l => new { name = l.Name, operation = l.OpType, filtersBefore = l.FiltersBefore, filtersAfter = l.FiltersAfter, weights = l.Weights.ToString(), zeroPart = l.ZeroPart }),
                steps = Numbered(plan.Steps, "").Select(s => new { nodes = s.Step.Comment, kernel = KernelOf(s.Step), macs = s.Step.Macs }),
            },
            s_json) + "\n";
    }

    /// <summary>All steps with their numbers; those inside a block have its number before theirs.</summary>
    private static IEnumerable<(string Number, PlanStep Step)> Numbered(IEnumerable<PlanStep> steps, string prefix)
    {
        int index = 0;
        foreach (PlanStep step in steps)
        {
            string number = Text($"{prefix}{index++}");
            yield return (number, step);
            foreach ((string Number, PlanStep Step) inner in Numbered(step.Body.Concat(step.Otherwise), number + "."))
            {
                yield return inner;
            }
        }
    }

    private static string KernelOf(PlanStep step) => step.Kind == PlanStepKind.Call ? step.Kernel : step.Kind.ToString().ToLowerInvariant();

    /// <summary>The outputs whose differences are measures: values, and choices where the deployed model chose as the source did; null where there is none.</summary>
    private static IReadOnlyList<OutputError>? Measured(VerificationResult result) =>
        result.Outputs.Where(o => !o.IsChoice || o.MaxAbsolute == 0).ToArray() is { Length: > 0 } values ? values : null;

    private static void AppendVerification(StringBuilder text, VerificationResult? result)
    {
        if (result is null)
        {
            text.Append("\n## Verification\n\nSkipped: nothing proves that the deployed model equals the source model.\n");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\n## Verification\n\n{result.Samples} samples ({Cell(result.SampleSource)}) through the source graph's scalar reference evaluation and the deployed plan; tolerance {result.Tolerance}.\n\n");
        text.Append("| output | largest difference | relative | SQNR dB | cosine | equal |\n|--|--:|--:|--:|--:|--:|\n");
        foreach (OutputError output in result.Outputs)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(output.Name)} | {output.MaxAbsolute:G4} | {output.MaxRelative:G4} | {output.Sqnr:F1} | {output.Cosine:F6} | {output.Equal:P1} |\n");
        }

        if (result.SourceAccuracy is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"\ntop-1 on {result.AccuracySamples} labelled samples: source {result.SourceAccuracy:P2}, deployed {result.DeployedAccuracy:P2}, drop {100 * (result.SourceAccuracy - result.DeployedAccuracy):F2} points; both agree on {result.Agreement:P2}.\n");
        }
    }

    private static void AppendLayers(StringBuilder text, IReadOnlyList<LayerChange> layers)
    {
        if (layers.Count == 0)
        {
            return;
        }

        text.Append("\n## Layers\n\n| layer | operator | filters before | filters after | weights | zeros |\n|--|--|--:|--:|--|--:|\n");
        foreach (LayerChange layer in layers)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(layer.Name)} | {layer.OpType} | {layer.FiltersBefore} | {layer.FiltersAfter} | {layer.Weights} | {100 * layer.ZeroPart:F1} % |\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Bytes(long bytes) => bytes switch
    {
        < 1024 => Text($"{bytes} B"),
        < 1024 * 1024 => Text($"{bytes / 1024.0:F1} KB"),
        _ => Text($"{bytes / (1024.0 * 1024):F2} MB"),
    };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
