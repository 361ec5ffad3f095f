namespace ModelBuild.Generator.Emission;

/// <summary>Emits <c>CreateWorkspace</c>, <c>Dispose</c> and the nested <c>Workspace</c>.</summary>
internal static class WorkspaceEmitter
{
    public static void Emit(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        writer.Summary("Allocates the memory of one call, for a caller that keeps its own.");
        writer.Line("public Workspace CreateWorkspace()");
        PredictEmitter.EmitBody(writer, runtime, () => writer.Line($"return new Workspace(this, {runtime.Pool}.Create());"));

        writer.Summary("Releases the weights and the pooled memory once no call uses them any more.");
        writer.Line("public void Dispose()");
        writer.Open();
        foreach (string field in runtime.Disposables)
        {
            writer.Line($"{field}.Dispose();");
        }

        writer.Close();
        writer.Line();

        writer.Summary("The memory of one call; not safe to use from two threads at once.");
        writer.Line("public sealed class Workspace : global::System.IDisposable");
        writer.Open();
        if (runtime.IsBuilt)
        {
            EmitState(writer, model, runtime);
        }
        else
        {
            writer.Line("private Workspace()");
            writer.Open();
            writer.Close();
            writer.Line();
        }

        writer.Summary("Frees the memory.");
        writer.Line("public void Dispose()");
        writer.Open();
        if (runtime.IsBuilt)
        {
            writer.Line("_state.Dispose();");
        }

        writer.Close();
        writer.Close();
    }

    private static void EmitState(CodeWriter writer, PredictorModel model, RuntimeEmitter runtime)
    {
        writer.Line($"private readonly {model.ClassName} _owner;");
        writer.Line($"private readonly {runtime.StateType} _state;");
        writer.Line();
        writer.Line($"internal Workspace({model.ClassName} owner, {runtime.StateType} {runtime.StateName})");
        writer.Open();
        writer.Line("_owner = owner;");
        writer.Line($"_state = {runtime.StateName};");
        writer.Close();
        writer.Line();
        writer.Line($"internal {runtime.StateType} Open({model.ClassName} caller)");
        writer.Open();
        writer.Line("global::ModelBuild.PredictorGuard.Owner(_owner, caller);");
        writer.Line("return _state;");
        writer.Close();
        writer.Line();
    }
}
