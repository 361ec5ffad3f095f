using System;
using System.Collections.Generic;
using System.Linq;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>Emits the nested <c>Sizes</c> of a model whose sizes are given with every call, and what finds the place of each buffer for them.</summary>
internal static class SizesEmitter
{
    private const string Layout = "global::ModelBuild.ArenaLayout";

    public static void EmitFields(CodeWriter writer, PredictorModel model)
    {
        foreach ((int variant, PlanList<PlanBuffer> buffers) in Parts(model))
        {
            IEnumerable<string> lifetimes = buffers.SelectMany(static b => new[] { b.FirstUse, b.LastUse }).Concat(Scores(model).SelectMany(static _ => new[] { -1, int.MaxValue })).Select(n => NumberLiterals.Of(n));
            writer.Line($"private readonly global::ModelBuild.ArenaLayouts {Field(variant)} = new([{string.Join(", ", lifetimes)}]);");
        }

        StagesEmitter.EmitFields(writer, model);
    }

    /// <summary>Emits the statement that checks the sizes of a call and finds its memory.</summary>
    public static void EmitLookup(CodeWriter writer, PredictorModel model)
    {
        if (model.IsSized)
        {
            writer.Line($"Sizes sizes = SizesOf({string.Join(", ", model.SizeNames)});");
        }
    }

    public static void EmitMembers(CodeWriter writer, PredictorModel model)
    {
        writer.Line();
        writer.List("private Sizes SizesOf", model.SizeParameters, "");
        writer.Open();
        foreach (SizeParameter size in model.Sizes)
        {
            writer.Line($"global::ModelBuild.PredictorGuard.Size({size.Name}, {NumberLiterals.Of(size.Source.Minimum)}, {NumberLiterals.Of(size.Source.Maximum)}, {NumberLiterals.Of(size.Source.Step)}, \"{size.Parameter}\");");
        }

        string key = "[" + string.Join(", ", model.SizeNames) + "]";
        for (int i = 0; i < model.Plan.Variants.Count; i++)
        {
            PlanVariant variant = model.Plan.Variants[i];
            writer.Line($"if ({Condition(model, variant)})");
            writer.Open();
            EmitReturn(writer, model, i + 1, key);
            writer.Close();
            writer.Line();
        }

        EmitReturn(writer, model, 0, key);
        writer.Close();
        foreach ((int variant, PlanList<PlanBuffer> buffers) in Parts(model))
        {
            writer.Line();
            writer.List($"private {Layout} {Method(variant)}", model.Sizes.Select(static size => "long " + size.Name), " =>");
            writer.Deeper($"{Field(variant)}.Add({key},");
            writer.Deeper("[");
            foreach (PlanSize bytes in buffers.Select(b => model.StageOf(b) > 0 ? PlanSize.Of(0) : b.Bytes).Concat(Scores(model)))
            {
                writer.Deeper("    " + SizeExpression.Long(bytes, index => model.Sizes[index].Name) + ",");
            }

            writer.Deeper("]);");
        }

        EmitStruct(writer, model);
    }

    private static void EmitReturn(CodeWriter writer, PredictorModel model, int variant, string key)
    {
        string names = string.Join(", ", model.SizeNames);
        string arguments = string.Join(", ", model.SizeNames.Concat([NumberLiterals.Of(variant)]));
        writer.Line($"return new Sizes({arguments}, {Field(variant)}.Find({key}) ?? {Method(variant)}({names}));");
    }

    private static void EmitStruct(CodeWriter writer, PredictorModel model)
    {
        writer.Line();
        writer.Line("// The sizes of one call, the steps that serve them, and where its buffers lie.");
        writer.List("private readonly struct Sizes", model.Sizes.Select(static size => "int " + size.Name).Concat(["int variant", Layout + " at"]), "");
        writer.Open();
        foreach (SizeParameter size in model.Sizes)
        {
            writer.Line($"internal readonly long {size.Field} = {size.Name};");
        }

        writer.Line("internal readonly int Variant = variant;");
        writer.Line($"internal readonly {Layout} At = at;");
        writer.Close();
    }

    /// <summary>Bytes of the outputs that <c>TopK</c> keeps to itself; they lie behind the buffers.</summary>
    private static IEnumerable<PlanSize> Scores(PredictorModel model) => !model.HasLabels
        ? []
        : model.Outputs.Select(static port => PlanSize.Product(port.Source.IsSized ? port.Source.Length : PlanSize.Of(port.Source.Count), PlanSize.Of(ElementNames.Size(port.Source.Type))));

    private static IEnumerable<(int Variant, PlanList<PlanBuffer> Buffers)> Parts(PredictorModel model) =>
        new[] { (0, model.Plan.Buffers) }.Concat(model.Plan.Variants.Select(static (v, i) => (i + 1, v.Buffers)));

    private static string Field(int variant) => variant == 0 ? "_layouts" : "_layouts" + NumberLiterals.Of(variant);

    private static string Method(int variant) => variant == 0 ? "NewLayout" : "NewLayout" + NumberLiterals.Of(variant);

    private static string Condition(PredictorModel model, PlanVariant variant)
    {
        List<string> conditions = [];
        for (int i = 0; i < model.Sizes.Count; i++)
        {
            SizeParameter size = model.Sizes[i];
            if (variant.Minimum[i] > size.Source.Minimum)
            {
                conditions.Add($"{size.Name} >= {NumberLiterals.Of(variant.Minimum[i])}");
            }

            if (variant.Maximum[i] < size.Source.Maximum)
            {
                conditions.Add($"{size.Name} <= {NumberLiterals.Of(variant.Maximum[i])}");
            }
        }

        return conditions.Count == 0 ? "true" : string.Join(" && ", conditions);
    }
}
