using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>What differs between the runtimes behind the same public surface: the private state and what runs the model.</summary>
internal abstract class RuntimeEmitter(PredictorModel model)
{
    /// <summary>False when there is nothing to run yet, so that every body throws.</summary>
    public virtual bool IsBuilt => true;

    /// <summary>Type of one call's state.</summary>
    public abstract string StateType { get; }

    /// <summary>Name of parameters and locals of that type.</summary>
    public abstract string StateName { get; }

    /// <summary>The field that rents and takes back states.</summary>
    public abstract string Pool { get; }

    /// <summary>The arguments of <c>Rent</c>.</summary>
    public string RentArguments => Model.IsSized ? "sizes.At.Bytes" : "";

    /// <summary>The fields to dispose, in order.</summary>
    public abstract IReadOnlyList<string> Disposables { get; }

    protected PredictorModel Model { get; } = model;

    public static RuntimeEmitter Create(PredictorModel model) => model.Plan.Runtime switch
    {
        PlanRuntime.Generated => new GeneratedRuntimeEmitter(model),
        PlanRuntime.OnnxRuntime => new OnnxRuntimeEmitter(model),
        _ => new SignatureEmitter(model),
    };

    public abstract void EmitFields(CodeWriter writer);

    /// <summary>Emits the statements that open the weights from <c>options</c>.</summary>
    public abstract void EmitConstructorBody(CodeWriter writer);

    /// <summary>Emits the statements that run the model and return the ranked labels, given a rented state.</summary>
    public abstract void EmitTopK(CodeWriter writer);

    /// <summary>Emits the private methods that compute one item.</summary>
    public abstract void EmitForward(CodeWriter writer, CancellationToken cancellation);

    /// <summary>Emits a call of <c>Forward</c> with the given spans for inputs and outputs.</summary>
    public void EmitForwardCall(CodeWriter writer, IEnumerable<string> inputs, IEnumerable<string> outputs) =>
        writer.List("Forward", inputs.Concat(outputs).Concat([StateName]).Concat(Model.IsSized ? ["sizes"] : Array.Empty<string>()), ";");

    /// <summary>An expression that opens the weights.</summary>
    protected string OpenWeights()
    {
        string fullName = Model.Plan.Namespace.Length == 0 ? Model.Plan.ClassName : Model.Plan.Namespace + "." + Model.Plan.ClassName;
        const string Weights = "global::ModelBuild.PredictorWeights.";
        return Model.Plan.Weights switch
        {
            PlanWeights.Embedded => $"{Weights}OpenResource(typeof({Model.ClassName}).Assembly, {SafeText.Literal("ModelBuild." + fullName + ".weights")}, options, PlanHash)",
            PlanWeights.File => $"{Weights}OpenFile(typeof({Model.ClassName}).Assembly, {SafeText.Literal(Model.Plan.ClassName + ".weights")}, options, PlanHash)",
            _ => $"{Weights}OpenOptions(options, PlanHash)",
        };
    }

    protected void EmitPlanHash(CodeWriter writer)
    {
        byte[] hash = PlanIdentity.Compute(Model.Plan);
        writer.Line("// The identity of this plan; weights of another one are refused.");
        writer.Line("private static global::System.ReadOnlySpan<byte> PlanHash =>");
        writer.Line("[");
        for (int i = 0; i < hash.Length; i += 16)
        {
            writer.Deeper(string.Join(", ", hash.Skip(i).Take(16).Select(static value => "0x" + value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))) + ",");
        }

        writer.Line("];");
        writer.Line();
    }
}
