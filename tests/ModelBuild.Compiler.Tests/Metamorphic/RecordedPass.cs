using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Metamorphic;

/// <summary>A pass that notes whether it changes anything.</summary>
internal sealed class RecordedPass(IPass pass, ISet<string> changing) : IPass
{
    /// <inheritdoc/>
    public string Name => pass.Name;

    /// <summary>A pipeline whose passes note their names in <paramref name="changing"/> once they change something.</summary>
    public static IPass[] All(IReadOnlyList<IPass> pipeline, ISet<string> changing) => [.. pipeline.Select(p => new RecordedPass(p, changing))];

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = pass.Run(graph, cancellation);
        if (changed)
        {
            changing.Add(pass.Name);
        }

        return changed;
    }
}
