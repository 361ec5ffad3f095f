using System;
using System.Collections.Generic;
using System.Linq;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>Emits, for inputs that are maps in the model, their keys, the methods that fill their values, and <c>Predict</c> and <c>Classify</c> over dictionaries.</summary>
internal static class MapsEmitter
{
    private const int KeysPerLine = 8;

    public static void Emit(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        Port[] maps = [.. model.Inputs.Where(static port => port.IsMap)];
        foreach (Port port in maps)
        {
            EmitKeys(writer, port);
            EmitFill(writer, port, Dictionary(port));
            EmitFill(writer, port, $"global::System.ReadOnlySpan<global::System.Collections.Generic.KeyValuePair<{KeyType(port)}, {ElementNames.Keyword(port.Source.Type)}>>");
        }

        if (maps.Length > 0)
        {
            EmitPredict(writer, model, runtime, maps);
        }
    }

    /// <summary>The names of a port's members.</summary>
    public static IEnumerable<string> MembersOf(Port port) => port.IsMap ? [KeysName(port), FillName(port)] : [];

    /// <summary>True for a map whose keys are listed, in <see cref="Table"/>.</summary>
    public static bool HasTable(Port port) => port.Source.Keys is PlanKeys keys && keys.Kind != PlanKeyKind.Positions;

    /// <summary>The name of the field that holds a map's keys.</summary>
    public static string Table(Port port) => "s_" + char.ToLowerInvariant(port.Source.Identifier[0]) + port.Source.Identifier.Substring(1) + "Keys";

    private static string KeysName(Port port) => port.Source.Identifier + "Keys";

    private static string FillName(Port port) => "Fill" + port.Source.Identifier;

    private static string KeyType(Port port) => port.Source.Keys!.Kind == PlanKeyKind.Words ? "string" : "long";

    private static string Dictionary(Port port) => $"global::System.Collections.Generic.IReadOnlyDictionary<{KeyType(port)}, {ElementNames.Keyword(port.Source.Type)}>";

    private static void EmitKeys(CodeWriter writer, Port port)
    {
        PlanKeys keys = port.Source.Keys!;
        if (keys.Kind == PlanKeyKind.Positions)
        {
            return;
        }

        string type = $"global::ModelBuild.MapKeys<{KeyType(port)}>";
        writer.Line($"private static readonly {type} {Table(port)} = new {type}(");
        writer.Line("[");
        for (int i = 0; i < keys.Names.Count; i += KeysPerLine)
        {
            writer.Deeper(string.Join(", ", keys.Names.Skip(i).Take(KeysPerLine).Select(name => keys.Kind == PlanKeyKind.Words ? SafeText.Literal(name) : Number(name))) + ",");
        }

        writer.Line("]);");
        writer.Line();
        writer.Summary($"The keys of <c>{SafeText.Doc(port.Source.Name)}</c> that the model knows, in the order of its values.");
        writer.Line($"public static global::System.ReadOnlySpan<{KeyType(port)}> {KeysName(port)} => {Table(port)}.Keys;");
        writer.Line();
    }

    // The least integer has no literal of its own: it would be the negation of one that is too large.
    private static string Number(string name) => name == "-9223372036854775808" ? "long.MinValue" : name;

    private static void EmitFill(CodeWriter writer, Port port, string entries)
    {
        PlanKeys keys = port.Source.Keys!;
        bool isText = port.Source.Type == PlanElementType.String;
        string known = keys.Kind == PlanKeyKind.Positions ? "Its keys are the positions of the values; others" : $"Keys beside <see cref=\"{KeysName(port)}\"/>";
        string missing = isText ? SafeText.Literal(keys.Missing) : "default";
        writer.Summary($"Lays out a map as the values of <c>{SafeText.Doc(port.Source.Name)}</c>. {known} are ignored; a key that the map does not have gives {(isText ? "<c>" + SafeText.Doc(missing) + "</c>" : "0")}. Allocates nothing.");
        writer.Param("entries", "The map.");
        writer.Param("destination", $"Receives <see cref=\"{port.LengthName}\"/> values.");
        writer.Exception("global::System.ArgumentException", "The destination is too short.");
        writer.List($"public static void {FillName(port)}", [$"{entries} entries", $"{ElementNames.Output(port.Source.Type)} destination"], "");
        writer.Open();
        writer.Line($"global::ModelBuild.PredictorGuard.AtLeast(destination.Length, {port.LengthName}, \"destination\");");
        writer.Line($"{(keys.Kind == PlanKeyKind.Positions ? "global::ModelBuild.MapPositions" : Table(port))}.Fill(entries, destination.Slice(0, {port.LengthName}), {missing});");
        writer.Close();
        writer.Line();
    }

    private static void EmitPredict(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime, Port[] maps)
    {
        string[] inputs = [.. model.SizeParameters.Concat(model.Inputs.Select(port => port.IsMap ? $"{Dictionary(port)} {port.Name}" : port.Declaration))];
        string[] values = [.. model.SizeNames.Concat(model.Inputs.Select(port => port.IsMap ? $"new {port.SpanType}({port.Row}, 0, {port.LengthName})" : port.Name))];

        PredictDocs.EmitMapDocs(writer, model, "Runs the model on one item whose maps are dictionaries.", withOutputs: true);
        writer.List("public void Predict", inputs.Concat(model.Outputs.Select(static port => port.Declaration)).Concat(model.Counts.Select(static count => "out int " + count.Name)), "");
        Body(() => writer.List("Predict", values.Concat(model.Outputs.Select(static port => port.Name)).Concat(model.Counts.Select(static count => "out " + count.Name)), ";"));
        if (model.Outputs.Count == 1)
        {
            PredictDocs.EmitMapDocs(writer, model, "Runs the model on one item whose maps are dictionaries and returns the output in a new array.", withOutputs: false);
            writer.List($"public {ElementNames.Keyword(model.Outputs[0].Source.Type)}[] Predict", inputs, "");
            Body(() => writer.List("return Predict", values, ";"));
        }

        if (model.HasLabels)
        {
            PredictDocs.EmitMapDocs(writer, model, "Runs the model on one item whose maps are dictionaries and returns its most likely label.", withOutputs: false);
            writer.List("public global::ModelBuild.LabelScore Classify", inputs, "");
            Body(() => writer.List("return Classify", values, ";"));
        }

        void Body(Action call) => PredictEmitter.EmitBody(writer, runtime, () =>
        {
            foreach (Port port in maps)
            {
                string element = ElementNames.Keyword(port.Source.Type);
                writer.Line($"{element}[] {port.Row} = global::System.Buffers.ArrayPool<{element}>.Shared.Rent({port.LengthName});");
            }

            writer.Line("try");
            writer.Open();
            foreach (Port port in maps)
            {
                writer.Line($"{FillName(port)}({port.Name}, {port.Row});");
            }

            call();
            writer.Close();
            writer.Line("finally");
            writer.Open();
            foreach (Port port in maps)
            {
                string clear = port.Source.Type == PlanElementType.String ? ", clearArray: true" : "";
                writer.Line($"global::System.Buffers.ArrayPool<{ElementNames.Keyword(port.Source.Type)}>.Shared.Return({port.Row}{clear});");
            }

            writer.Close();
        });
    }
}
