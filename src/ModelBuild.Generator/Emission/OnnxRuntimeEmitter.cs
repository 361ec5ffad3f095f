using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace ModelBuild.Generator.Emission;

/// <summary>Calls ONNX Runtime through <c>ModelBuild.OnnxRuntime</c>.</summary>
internal sealed class OnnxRuntimeEmitter(PredictorModel model) : RuntimeEmitter(model)
{
    public override string StateType => "global::ModelBuild.OnnxRuntime.OnnxRuntimeCall";

    public override string StateName => "call";

    public override string Pool => "_session";

    public override IReadOnlyList<string> Disposables => ["_session"];

    public override void EmitFields(CodeWriter writer)
    {
        writer.Line("private readonly global::ModelBuild.OnnxRuntime.OnnxRuntimeSession _session;");
        writer.Line();
        EmitPlanHash(writer);
    }

    public override void EmitConstructorBody(CodeWriter writer)
    {
        writer.Line($"using global::ModelBuild.PredictorWeights model = {OpenWeights()};");
        writer.Line("_session = new global::ModelBuild.OnnxRuntime.OnnxRuntimeSession(model, options, Info);");
    }

    public override void EmitTopK(CodeWriter writer)
    {
        EmitInputs(writer);
        writer.Line("call.Run();");
        Port scores = Model.Outputs[Model.Plan.LabelsOutput];
        writer.Line(LabelsEmitter.Rank(Model, Output(scores)));
    }

    public override void EmitForward(CodeWriter writer, CancellationToken cancellation)
    {
        writer.Line();
        writer.List("private static void Forward", Model.Parameters.Concat([StateType + " call"]), "");
        writer.Open();
        EmitInputs(writer);
        writer.Line("call.Run();");
        foreach (Port port in Model.Outputs)
        {
            writer.Line($"{Output(port)}.CopyTo({port.Name});");
        }

        writer.Close();
    }

    private static string Output(Port port) => $"call.Output<{ElementNames.Keyword(port.Source.Type)}>({NumberLiterals.Of(port.Index)})";

    private void EmitInputs(CodeWriter writer)
    {
        foreach (Port port in Model.Inputs)
        {
            writer.Line($"{port.Name}.CopyTo(call.Input<{ElementNames.Keyword(port.Source.Type)}>({NumberLiterals.Of(port.Index)}));");
        }
    }
}
