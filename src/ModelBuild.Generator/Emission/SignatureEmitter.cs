using System.Collections.Generic;
using System.Threading;

namespace ModelBuild.Generator.Emission;

/// <summary>The public surface before the first build: everything that needs the model throws.</summary>
internal sealed class SignatureEmitter(PredictorModel model) : RuntimeEmitter(model)
{
    /// <summary>The statement that stands for every body.</summary>
    public const string Throw = "throw new global::System.InvalidOperationException(NotBuilt);";

    public override bool IsBuilt => false;

    public override string StateType => "object";

    public override string StateName => "scratch";

    public override string Pool => "";

    public override IReadOnlyList<string> Disposables => [];

    public override void EmitFields(CodeWriter writer)
    {
        writer.Line($"private const string NotBuilt = {SafeText.Literal($"The model '{Model.Plan.SourceFile}' has not been built yet; build the project.")};");
        writer.Line();
    }

    public override void EmitConstructorBody(CodeWriter writer) => writer.Line(Throw);

    public override void EmitTopK(CodeWriter writer) => writer.Line(Throw);

    public override void EmitForward(CodeWriter writer, CancellationToken cancellation)
    {
    }
}
