using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>Calls kernels of <c>ModelBuild.Runtime</c>.</summary>
internal sealed class GeneratedRuntimeEmitter(PredictorModel model) : RuntimeEmitter(model)
{
    public override string StateType => "global::ModelBuild.Scratch";

    public override string StateName => "scratch";

    public override string Pool => "_scratch";

    public override IReadOnlyList<string> Disposables => ["_scratch", "_weights"];

    public override void EmitFields(CodeWriter writer)
    {
        if (!Model.IsSized)
        {
            writer.Line($"private const long ScratchBytes = {NumberLiterals.Of(Model.ScratchBytes)};");
            writer.Line();
        }

        writer.Line("private readonly global::ModelBuild.PredictorWeights _weights;");
        writer.Line("private readonly global::ModelBuild.ScratchPool _scratch;");
        if (Model.IsSized)
        {
            SizesEmitter.EmitFields(writer, Model);
        }

        writer.Line();
        EmitPlanHash(writer);
    }

    public override void EmitConstructorBody(CodeWriter writer)
    {
        AheadEmitter.EmitStart(writer, Model, overZeros: true);
        writer.Line($"_weights = {OpenWeights()};");
        writer.Line($"_scratch = new global::ModelBuild.ScratchPool(_weights, {(Model.IsSized ? "0" : "ScratchBytes")}, options);");
        AheadEmitter.EmitStart(writer, Model, overZeros: false);
    }

    public override void EmitTopK(CodeWriter writer)
    {
        foreach (Port port in Model.Outputs)
        {
            string offset = Model.IsSized ? $"sizes.At[sizes.At.Offsets.Length - {NumberLiterals.Of(Model.Outputs.Count - port.Index)}]" : NumberLiterals.Of(Model.ScoresOffset(port.Index));
            string memory = port.Source.Type == PlanElementType.String
                ? $"scratch.Strings.Output({NumberLiterals.Of(port.Index)}, {Model.Length(port)})"
                : $"scratch.{ElementNames.Accessor(port.Source.Type)}({offset}, {Model.Length(port)})";
            writer.Line($"{port.Declaration} = {memory};");
        }

        EmitForwardCall(writer, Model.Inputs.Select(static port => port.Name), Model.Outputs.Select(static port => port.Name));
        writer.Line(LabelsEmitter.Rank(Model, Model.Outputs[Model.Plan.LabelsOutput].Name));
    }

    public override void EmitForward(CodeWriter writer, CancellationToken cancellation)
    {
        StepEmitter.Emit(writer, Model, cancellation);
        AheadEmitter.EmitMethods(writer, Model);
        if (Model.IsSized)
        {
            SizesEmitter.EmitMembers(writer, Model);
        }
    }
}
