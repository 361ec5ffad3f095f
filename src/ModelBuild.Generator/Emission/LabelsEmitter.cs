using System.Linq;

namespace ModelBuild.Generator.Emission;

/// <summary>Emits <c>Labels</c>, <c>Classify</c> and <c>TopK</c> for a model with class names.</summary>
internal static class LabelsEmitter
{
    private const string Score = "global::ModelBuild.LabelScore";
    private const int LabelsPerLine = 8;

    public static void Emit(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        if (!model.HasLabels)
        {
            return;
        }

        string output = model.Outputs[model.Plan.LabelsOutput].Source.Name;
        EmitLabels(writer, model, output);
        writer.Summary("Runs the model on one item and returns its most likely label. Allocates nothing.");
        PredictDocs.EmitInputDocs(writer, model);
        PredictDocs.EmitExceptions(writer, model, PredictDocs.WrongLength + ".");
        writer.List($"public {Score} Classify", model.InputParameters, "");
        PredictEmitter.EmitBody(writer, runtime, () =>
        {
            writer.Line($"{Score} best = default;");
            writer.List("TopK", model.SizeNames.Concat(model.Inputs.Select(static port => port.Name)).Concat([$"new global::System.Span<{Score}>(ref best)"]), ";");
            writer.Line("return best;");
        });

        writer.Summary("Runs the model on one item and ranks its labels, highest score first. Allocates nothing.");
        PredictDocs.EmitInputDocs(writer, model);
        writer.Param("destination", "Receives at most as many labels as the model has.");
        writer.Line("/// <returns>The number of labels written.</returns>");
        PredictDocs.EmitExceptions(writer, model, PredictDocs.WrongLength + ".");
        writer.List("public int TopK", model.InputParameters.Concat([$"global::System.Span<{Score}> destination"]), "");
        PredictEmitter.EmitBody(writer, runtime, () =>
        {
            SizesEmitter.EmitLookup(writer, model);
            PredictEmitter.EmitInputChecks(writer, model);
            PredictEmitter.EmitRented(writer, runtime, () => runtime.EmitTopK(writer));
        });
    }

    /// <summary>The statement that ranks the scores and returns their number.</summary>
    public static string Rank(PredictorModel model, string scores) =>
        $"return global::ModelBuild.Ranking.TopK({scores}, s_labels, areProbabilities: {(model.Plan.LabelsAreProbabilities ? "true" : "false")}, destination);";

    private static void EmitLabels(CodeWriter writer, PredictorModel model, string output)
    {
        writer.Line("private static readonly string[] s_labels =");
        writer.Line("[");
        for (int i = 0; i < model.Plan.Labels.Count; i += LabelsPerLine)
        {
            writer.Deeper(string.Join(", ", model.Plan.Labels.Skip(i).Take(LabelsPerLine).Select(SafeText.Literal)) + ",");
        }

        writer.Line("];");
        writer.Line();
        writer.Summary($"Class names in the order of <c>{SafeText.Doc(output)}</c>.");
        writer.Line("public static global::System.ReadOnlySpan<string> Labels => s_labels;");
        writer.Line();
    }
}
