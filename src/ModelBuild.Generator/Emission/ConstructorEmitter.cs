namespace ModelBuild.Generator.Emission;

/// <summary>Emits <c>Shared</c>, the constructors and <c>Dispose</c>.</summary>
internal static class ConstructorEmitter
{
    public static void Emit(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        string name = model.ClassName;
        if (model.HasWeights)
        {
            if (runtime.IsBuilt)
            {
                writer.Line($"private static readonly global::System.Lazy<{name}> s_shared = new(static () => new {name}());");
                writer.Line();
            }

            writer.Summary("A process-wide instance over the weights of this build, made on first use.");
            writer.Line($"public static {name} Shared => {(runtime.IsBuilt ? "s_shared.Value;" : SignatureEmitter.Throw)}");
            writer.Line();
            writer.Summary("Creates a predictor over the weights of this build.");
            writer.Line($"public {name}()");
            writer.Deeper(": this(null)");
            writer.Open();
            writer.Close();
            writer.Line();
        }

        writer.Summary(model.HasWeights ? "Creates a predictor, optionally over other weights of the same plan or with several threads." : "Creates a predictor over weights that were built for the same plan.");
        writer.Param("options", model.HasWeights ? "Other weights, threads; null for the weights of this build and one thread." : "The weights, threads.");
        writer.Exception("global::System.IO.InvalidDataException", "The weights are damaged or were built for another plan.");
        writer.Exception("global::System.IO.FileNotFoundException", "The weights are missing.");
        writer.Line($"public {name}(global::ModelBuild.PredictorOptions{(model.HasWeights ? "?" : "")} options)");
        writer.Open();
        runtime.EmitConstructorBody(writer);
        writer.Close();
        writer.Line();
    }
}
