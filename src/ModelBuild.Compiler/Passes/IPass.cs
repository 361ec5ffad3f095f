using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>One rewrite of the graph. Every pass keeps the graph's outputs as they are, up to floating-point reassociation that it documents.</summary>
public interface IPass
{
    /// <summary>Name in logs and errors.</summary>
    string Name { get; }

    /// <summary>Rewrites the graph; the runner sorts, infers types and verifies afterwards.</summary>
    /// <returns>True when something changed.</returns>
    bool Run(Graph graph, CancellationToken cancellation);
}
