using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelBuild.Generator.Emission;

/// <summary>Emits the <c>Predict</c> methods and the access by name.</summary>
internal static class PredictEmitter
{
    public static void Emit(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        EmitPredict(writer, model, runtime);
        EmitPredictWithWorkspace(writer, model, runtime);
        if (model.Outputs.Count == 1)
        {
            EmitReturning(writer, model, runtime);
        }

        if (model.HasBatch)
        {
            EmitBatch(writer, model, runtime);
        }

        EmitByName(writer, model, runtime);
        if (runtime.IsBuilt)
        {
            OverlapEmitter.EmitMethods(writer, model);
        }
    }

    /// <summary>Emits the checks of inputs alone, for methods that keep the outputs to themselves.</summary>
    public static void EmitInputChecks(CodeWriter writer, PredictorModel model)
    {
        foreach (Port port in model.Inputs)
        {
            writer.Line($"global::ModelBuild.PredictorGuard.Exact({port.Name}.Length, {model.Length(port)}, \"{port.Parameter}\");");
        }
    }

    /// <summary>Emits statements between renting and returning a state.</summary>
    public static void EmitRented(CodeWriter writer, RuntimeEmitter runtime, Action body)
    {
        writer.Line($"{runtime.StateType} {runtime.StateName} = {runtime.Pool}.Rent({runtime.RentArguments});");
        writer.Line("try");
        writer.Open();
        body();
        writer.Close();
        writer.Line("finally");
        writer.Open();
        writer.Line($"{runtime.Pool}.Return({runtime.StateName});");
        writer.Close();
    }

    /// <summary>Emits a body, or the exception that stands for it before the first build.</summary>
    public static void EmitBody(CodeWriter writer, RuntimeEmitter runtime, Action body)
    {
        writer.Open();
        if (runtime.IsBuilt)
        {
            body();
        }
        else
        {
            writer.Line(SignatureEmitter.Throw);
        }

        writer.Close();
        writer.Line();
    }

    private static void EmitPredict(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        writer.Summary("Runs the model on one item. Allocates nothing.");
        PredictDocs.EmitPortDocs(writer, model);
        PredictDocs.EmitExceptions(writer, model, $"{PredictDocs.WrongLength}, or {PredictDocs.SharedMemory}.");
        writer.List("public void Predict", model.Parameters, "");
        EmitBody(writer, runtime, () =>
        {
            EmitChecks(writer, model);
            EmitRented(writer, runtime, () =>
            {
                runtime.EmitForwardCall(writer, Names(model.Inputs), Trimmed(model));
                EmitCounts(writer, model);
            });
        });
    }

    private static void EmitPredictWithWorkspace(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        writer.Summary("Runs the model on one item in memory that the caller owns. Allocates nothing.");
        PredictDocs.EmitPortDocs(writer, model);
        writer.Param("workspace", "Memory from <see cref=\"CreateWorkspace\"/> of this instance; one call at a time may use it.");
        PredictDocs.EmitExceptions(writer, model, $"{PredictDocs.WrongLength}, {PredictDocs.SharedMemory}, or the workspace belongs to another instance.");
        writer.Exception("global::System.ArgumentNullException", "<paramref name=\"workspace\"/> is null.");
        writer.List("public void Predict", model.SpanParameters.Concat(["Workspace workspace"]).Concat(model.CountDeclarations), "");
        EmitBody(writer, runtime, () =>
        {
            writer.Line("global::System.ArgumentNullException.ThrowIfNull(workspace);");
            EmitChecks(writer, model);
            writer.Line($"{runtime.StateType} {runtime.StateName} = workspace.Open(this);");
            if (model.IsSized)
            {
                writer.Line($"{runtime.StateName}.Grow({runtime.RentArguments});");
            }

            runtime.EmitForwardCall(writer, Names(model.Inputs), Trimmed(model));
            EmitCounts(writer, model);
            writer.Line("global::System.GC.KeepAlive(workspace);");
        });
    }

    private static void EmitReturning(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        Port output = model.Outputs[0];
        string element = ElementNames.Keyword(output.Source.Type);
        writer.Summary("Runs the model on one item and returns the output in a new array.");
        PredictDocs.EmitInputDocs(writer, model);
        writer.Line($"/// <returns><c>{SafeText.Doc(output.Source.Name)}</c>: {output.Shape(model.Plan.HasFreeBatch)}, row-major.</returns>");
        PredictDocs.EmitExceptions(writer, model, PredictDocs.WrongLength + ".");
        writer.List($"public {element}[] Predict", model.InputParameters, "");
        EmitBody(writer, runtime, () =>
        {
            string length = model.IsCounted(output) ? $"global::ModelBuild.PredictorGuard.Bounded({model.Length(output)}, {SafeText.Literal(output.Source.Name)})" : model.Length(output);
            writer.Line($"{element}[] {output.Name} = new {element}[{length}];");
            writer.List("Predict", model.SizeNames.Concat(Names(model.Ports)).Concat(model.CountDeclarations), ";");
            if (model.IsCounted(output))
            {
                writer.Line($"global::System.Array.Resize(ref {output.Name}, {WrittenLength(model, output)});");
            }

            writer.Line($"return {output.Name};");
        });
    }

    private static void EmitBatch(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        writer.Summary("Runs the model on <paramref name=\"batch\"/> items that lie one after another. Allocates nothing.");
        writer.Param("batch", "Number of items; 0 or more.");
        PredictDocs.EmitSizeDocs(writer, model);
        foreach (Port port in model.Ports)
        {
            string verb = port.IsInput ? "" : "receives ";
            writer.Param(port.Parameter, $"<c>{SafeText.Doc(port.Source.Name)}</c>: {verb}<paramref name=\"batch\"/> x <see cref=\"{port.LengthName}\"/> elements.");
        }

        PredictDocs.EmitExceptions(writer, model, $"{PredictDocs.WrongLength}, {PredictDocs.SharedMemory}, or <paramref name=\"batch\"/> is negative.");
        writer.List("public void PredictBatch", new[] { "int batch" }.Concat(model.Parameters), "");
        EmitBody(writer, runtime, () =>
        {
            writer.Line("global::ModelBuild.PredictorGuard.Batch(batch);");
            SizesEmitter.EmitLookup(writer, model);
            foreach (Port port in model.Ports)
            {
                writer.Line($"global::ModelBuild.PredictorGuard.{Check(port)}({port.Name}.Length, (long)batch * {model.Length(port)}, \"{port.Parameter}\");");
            }

            OverlapEmitter.EmitCheck(writer, model, model.Outputs.Select(port => $"{port.Name}.Slice(0, batch * {model.Length(port)})"));
            EmitRented(writer, runtime, () =>
            {
                writer.Line("for (int item = 0; item < batch; item++)");
                writer.Open();
                runtime.EmitForwardCall(writer, Items(model, model.Inputs), Items(model, model.Outputs));
                writer.Close();
            });
        });
    }

    private static void EmitByName(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        writer.Line("global::ModelBuild.PredictorInfo global::ModelBuild.IPredictor.Info => Info;");
        writer.Line();
        writer.Line("void global::ModelBuild.IPredictor.Predict(global::ModelBuild.NamedTensors inputs, global::ModelBuild.NamedTensors outputs)");
        EmitBody(writer, runtime, () =>
        {
            writer.Line("global::System.ArgumentNullException.ThrowIfNull(inputs);");
            writer.Line("global::System.ArgumentNullException.ThrowIfNull(outputs);");
            foreach (SizeParameter size in model.Sizes)
            {
                writer.Line($"int {size.Name} = inputs.GetSize({SafeText.Literal(size.Source.Name)});");
            }

            foreach (Port port in model.Ports)
            {
                writer.Line($"{port.Declaration} = {(port.IsInput ? "inputs" : "outputs")}.Get<{ElementNames.Keyword(port.Source.Type)}>({SafeText.Literal(port.Source.Name)});");
            }

            if (model.HasBatch && model.Inputs.Count > 0)
            {
                string batch = $"global::ModelBuild.PredictorGuard.BatchOf({model.Inputs[0].Name}.Length, {model.Length(model.Inputs[0])})";
                writer.List("PredictBatch", new[] { batch }.Concat(model.SizeNames).Concat(Names(model.Ports)), ";");
            }
            else
            {
                writer.List("Predict", model.SizeNames.Concat(Names(model.Ports)).Concat(model.CountDeclarations), ";");
                foreach (CountParameter count in model.Counts)
                {
                    writer.Line($"outputs.SetSize({SafeText.Literal(count.Key)}, {count.Name});");
                }
            }
        });
    }

    private static void EmitChecks(CodeWriter writer, PredictorModel model)
    {
        SizesEmitter.EmitLookup(writer, model);
        EmitInputChecks(writer, model);
        foreach (Port port in model.Outputs.Where(port => !model.IsCounted(port)))
        {
            writer.Line($"global::ModelBuild.PredictorGuard.AtLeast({port.Name}.Length, {model.Length(port)}, \"{port.Parameter}\");");
        }

        OverlapEmitter.EmitCheck(writer, model, Trimmed(model));
    }

    // As everywhere in .NET, a destination may be longer than needed; a source may not.
    private static string Check(Port port) => port.IsInput ? "Exact" : "AtLeast";

    private static IEnumerable<string> Names(IEnumerable<Port> ports) => ports.Select(static port => port.Name);

    private static IEnumerable<string> Items(PredictorModel model, IEnumerable<Port> ports) => ports.Select(port => $"{port.Name}.Slice(item * {model.Length(port)}, {model.Length(port)})");

    private static IEnumerable<string> Trimmed(PredictorModel model) => model.Outputs.Select(port => model.IsCounted(port) ? port.Name : $"{port.Name}.Slice(0, {model.Length(port)})");

    // Sizes that the call has found out.
    private static void EmitCounts(CodeWriter writer, PredictorModel model)
    {
        foreach (CountParameter count in model.Counts)
        {
            writer.Line($"{count.Name} = {SizeExpression.Int(count.Port.Source.Sizes[count.Axis], model.Dim)};");
        }
    }

    // The number of elements of an output, made of the sizes that Predict gave.
    private static string WrittenLength(PredictorModel model, Port port)
    {
        IEnumerable<string> sizes = port.Source.Sizes.Select((size, axis) => model.Counts.FirstOrDefault(count => count.Port == port && count.Axis == axis) is { } count
            ? "(long)" + count.Name
            : SizeExpression.Long(size, index => $"(long){model.Sizes[index].Name}"));
        return $"checked((int)({string.Join(" * ", sizes)}))";
    }
}
