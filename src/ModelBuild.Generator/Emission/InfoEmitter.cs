using System.Collections.Generic;
using System.Linq;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>Emits <c>Info</c>.</summary>
internal static class InfoEmitter
{
    public static void Emit(CodeWriter writer, PredictorModel model)
    {
        ExecutionPlan plan = model.Plan;

        // Made when it is asked for: it has no part in a prediction, and a process that starts to predict need not compile it.
        writer.Line("private static global::ModelBuild.PredictorInfo? s_info;");
        writer.Line();
        writer.Summary("Names, shapes, types, sizes, origin and measured error.");
        writer.Line("public static global::ModelBuild.PredictorInfo Info => s_info ??= new()");
        writer.Open();
        writer.Line($"ModelName = {SafeText.Literal(plan.ModelName)},");
        writer.Line($"SourceFile = {SafeText.Literal(plan.SourceFile)},");
        writer.Line($"SourceHash = {SafeText.Literal(plan.SourceHash)},");
        writer.Line($"OptionsHash = {SafeText.Literal(plan.OptionsHash)},");
        writer.Line($"WeightsHash = {SafeText.Literal(plan.WeightsHash)},");
        writer.Line($"Opset = {NumberLiterals.Of(plan.Opset)},");
        writer.Line($"Runtime = {SafeText.Literal(plan.Runtime.ToString().ToLowerInvariant())},");
        writer.Line($"Compression = {SafeText.Literal(plan.Compression)},");
        writer.Line($"WeightsBytes = {NumberLiterals.Of(plan.WeightsBytes)},");
        writer.Line($"SourceWeightsBytes = {NumberLiterals.Of(plan.SourceWeightsBytes)},");
        writer.Line($"ScratchBytes = {NumberLiterals.Of(model.ScratchBytes)},");
        writer.Line($"Parameters = {NumberLiterals.Of(plan.Parameters)},");
        writer.Line($"Macs = {NumberLiterals.Of(plan.Macs)},");
        if (model.Sizes.Count > 0)
        {
            string sizes = string.Join(", ", model.Sizes.Select(static size => size.Source).Select(static d => $"new({SafeText.Literal(d.Name)}, {NumberLiterals.Of(d.Minimum)}, {NumberLiterals.Of(d.Maximum)}, {NumberLiterals.Of(d.Step)})"));
            writer.Line($"Sizes = [{sizes}],");
        }

        EmitPorts(writer, "Inputs", model.Inputs, plan.HasFreeBatch);
        EmitPorts(writer, "Outputs", model.Outputs, plan.HasFreeBatch);
        if (model.Verification is PlanVerification verification)
        {
            EmitError(writer, verification);
        }

        writer.Close("};");
        writer.Line();
    }

    private static void EmitPorts(CodeWriter writer, string property, IReadOnlyList<Port> ports, bool hasFreeBatch)
    {
        if (ports.Count == 0)
        {
            writer.Line($"{property} = [],");
            return;
        }

        writer.Line($"{property} =");
        writer.Line("[");
        foreach (Port port in ports)
        {
            string shape = string.Join(", ", port.Source.Dims.Select((dim, axis) => NumberLiterals.Of(axis == 0 && hasFreeBatch ? -1 : dim)));
            string symbols = string.Join(", ", port.Source.Symbols.Select(SafeText.Literal));
            writer.Deeper($"new({SafeText.Literal(port.Source.Name)}, global::ModelBuild.ElementType.{ElementNames.Member(port.Source.Type)}, [{shape}], [{symbols}]){(MapsEmitter.HasTable(port) ? $" {{ Keys = {MapsEmitter.Table(port)}.Names }}" : "")},");
        }

        writer.Line("],");
    }

    private static void EmitError(CodeWriter writer, PlanVerification verification)
    {
        writer.Line("Error = new()");
        writer.Open();
        writer.Line($"MaxAbsolute = {NumberLiterals.Of(verification.MaxAbsoluteError)},");
        writer.Line($"MaxRelative = {NumberLiterals.Of(verification.MaxRelativeError)},");
        writer.Line($"SqnrDb = {NumberLiterals.Of(verification.SqnrDb)},");
        writer.Line($"Samples = {NumberLiterals.Of(verification.Samples)},");
        if (verification.MetricName.Length > 0)
        {
            writer.Line($"MetricName = {SafeText.Literal(verification.MetricName)},");
            writer.Line($"MetricSource = {NumberLiterals.Of(verification.MetricSource)},");
            writer.Line($"MetricDeployed = {NumberLiterals.Of(verification.MetricDeployed)},");
        }

        writer.Close("},");
    }
}
