using System;
using System.Collections.Generic;
using System.Linq;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>Emits the checks that an output shares no memory with an input or another output of its type.</summary>
internal static class OverlapEmitter
{
    /// <summary>Name of the method that checks all pairs, where there are several.</summary>
    public const string Method = "CheckOverlaps";

    // The JIT does not optimise a method that is too long.
    private const int PairsPerMethod = 256;

    /// <summary>Emits the check of one call, once the lengths are known to be right.</summary>
    /// <param name="writer">Receives the statement.</param>
    /// <param name="model">The model.</param>
    /// <param name="outputs">The part of each output that the call writes.</param>
    public static void EmitCheck(CodeWriter writer, PredictorModel model, IEnumerable<string> outputs)
    {
        List<(Port First, Port Second)> pairs = Pairs(model);
        string[] written = [.. outputs];
        if (pairs.Count == 1)
        {
            writer.Line(Check(model, pairs[0], Span));
        }
        else if (pairs.Count > 1)
        {
            writer.List(Method, model.Ports.Select(Span), ";");
        }

        string Span(Port port) => port.IsInput ? port.Name : written[port.Index];
    }

    /// <summary>Emits what <see cref="EmitCheck"/> calls.</summary>
    public static void EmitMethods(CodeWriter writer, PredictorModel model)
    {
        List<(Port First, Port Second)> pairs = Pairs(model);
        for (int first = 0; first < pairs.Count && pairs.Count > 1; first += PairsPerMethod)
        {
            writer.List($"private static void {Name(first)}", model.Ports.Select(static port => port.Declaration), "");
            writer.Open();
            foreach ((Port First, Port Second) pair in pairs.Skip(first).Take(PairsPerMethod))
            {
                writer.Line(Check(model, pair, static port => port.Name));
            }

            if (first + PairsPerMethod < pairs.Count)
            {
                writer.List(Name(first + PairsPerMethod), model.Ports.Select(static port => port.Name), ";");
            }

            writer.Close();
            writer.Line();
        }
    }

    private static string Name(int pair) => pair == 0 ? Method : Method + NumberLiterals.Of((pair / PairsPerMethod) + 1);

    // Every output with every input, and with the outputs before it.
    private static List<(Port First, Port Second)> Pairs(PredictorModel model) =>
        [.. model.Outputs.SelectMany(output => model.Inputs.Concat(model.Outputs.Take(output.Index)).Where(other => other.Source.Type == output.Source.Type), static (output, other) => (other, output))];

    private static string Check(PredictorModel model, (Port First, Port Second) pair, Func<Port, string> span)
    {
        bool maySame = model.MayHaveState && pair.First.IsInput && pair.First.Source.Type != PlanElementType.String;
        string check = $"{(maySame ? "ApartOrSame" : "Apart")}<{ElementNames.Keyword(pair.First.Source.Type)}>";
        return $"global::ModelBuild.PredictorGuard.{check}({span(pair.First)}, {span(pair.Second)}, \"{pair.First.Parameter}\", \"{pair.Second.Parameter}\");";
    }
}
