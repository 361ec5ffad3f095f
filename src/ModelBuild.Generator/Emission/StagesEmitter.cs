using System.Collections.Generic;
using System.Linq;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>Emits what counts sizes in the midst of a call, and what finds places for the buffers that are as large as they say.</summary>
internal static class StagesEmitter
{
    public static void EmitFields(CodeWriter writer, PredictorModel model)
    {
        EmitFields(writer, model, 0);
        for (int i = 0; i < model.Plan.Variants.Count; i++)
        {
            EmitFields(writer, model.With(model.Plan.Variants[i].Buffers), i + 1);
        }
    }

    /// <summary>Emits the call of a kernel that counts a size, and finds places for the buffers that wait for it.</summary>
    /// <param name="lines">The arguments.</param>
    /// <param name="prefix">What stands before the numbers of the variant's steps.</param>
    public static void EmitCount(CodeWriter writer, PredictorModel model, PlanStep step, IReadOnlyList<string> lines, string prefix)
    {
        int count = step.Count - model.Sizes.Count;
        PlanDim dim = model.Plan.Dims[step.Count];
        bool isChecked = dim.Minimum > 0 || dim.IsBounded;
        string most = dim.IsBounded ? $", {NumberLiterals.Of(dim.Maximum)}" : "";
        string least = isChecked ? "global::ModelBuild.PredictorGuard.Counted(" : "";
        string end = isChecked ? $"), {NumberLiterals.Of(dim.Minimum)}{most}, {SafeText.Literal(step.Comment)}));" : "));";
        writer.Line($"scratch.SetCount({NumberLiterals.Of(count)}, {least}{StepEmitter.Kernel(step)}");
        for (int i = 0; i < lines.Count; i++)
        {
            writer.Deeper(lines[i] + (i == lines.Count - 1 ? end : ","));
        }

        if (Stages(model).Contains(count + 1))
        {
            int variant = prefix.StartsWith("V", System.StringComparison.Ordinal) ? int.Parse(prefix.Substring(1, prefix.IndexOf('_') - 1), System.Globalization.CultureInfo.InvariantCulture) : 0;
            writer.Line($"{Name("Place", variant, count + 1)}(scratch, sizes);");
        }
    }

    /// <summary>Emits that nothing is counted yet: the steps of a block that does not run count nothing.</summary>
    public static void EmitReset(CodeWriter writer, PredictorModel model, PlanStep block)
    {
        foreach (PlanStep step in block.Body.Concat(block.Otherwise))
        {
            if (step.Count >= 0)
            {
                writer.Line($"scratch.SetCount({NumberLiterals.Of(step.Count - model.Sizes.Count)}, 0);");
            }

            EmitReset(writer, model, step);
        }
    }

    public static void EmitMethods(CodeWriter writer, PredictorModel model, int variant)
    {
        foreach (int stage in Stages(model))
        {
            writer.Line();
            writer.Line($"private void {Name("Place", variant, stage)}(global::ModelBuild.Scratch scratch, in Sizes sizes) =>");
            writer.Deeper($"scratch.Place({NumberLiterals.Of(stage)}, {Name("_slots", variant, stage)},");
            writer.Deeper("[");
            foreach (PlanBuffer buffer in model.Buffers.Where(buffer => model.StageOf(buffer) == stage))
            {
                writer.Deeper("    " + SizeExpression.Long(buffer.Bytes, model.Dim) + ",");
            }

            writer.Deeper("]);");
        }
    }

    private static void EmitFields(CodeWriter writer, PredictorModel model, int variant)
    {
        foreach (int stage in Stages(model))
        {
            IEnumerable<string> lifetimes = model.Buffers.Where(buffer => model.StageOf(buffer) == stage).SelectMany(static b => new[] { b.FirstUse, b.LastUse }).Select(n => NumberLiterals.Of(n));
            writer.Line($"private readonly global::ModelBuild.ArenaSlots {Name("_slots", variant, stage)} = new([{string.Join(", ", lifetimes)}]);");
        }
    }

    private static int[] Stages(PredictorModel model) => [.. model.Buffers.Select(model.StageOf).Where(static stage => stage > 0).Distinct().OrderBy(static stage => stage)];

    private static string Name(string what, int variant, int stage) => variant == 0 ? what + NumberLiterals.Of(stage) : $"{what}{NumberLiterals.Of(variant)}_{NumberLiterals.Of(stage)}";
}
