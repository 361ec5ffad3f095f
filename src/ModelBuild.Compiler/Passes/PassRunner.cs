using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Control;

namespace ModelBuild.Compiler.Passes;

/// <summary>Runs passes in order until none of them changes anything; sorts, infers types and verifies the graph after each.</summary>
public static class PassRunner
{
    private const int MaxRounds = 50;
    private const int RewritesPerNode = 20;

    /// <summary>Runs a pipeline.</summary>
    /// <remarks>Subgraphs that stand by themselves (<see cref="ControlOp.IsClosed"/>) are rewritten like the graph around them, once that has come to rest.</remarks>
    /// <exception cref="ModelBuildException">A pass broke the graph or the pipeline does not come to rest (MDB9001): a fault of ours.</exception>
    public static void Run(Graph graph, IReadOnlyList<IPass> pipeline, CancellationToken cancellation) => RunToRest(graph, pipeline, cancellation);

    private static bool RunToRest(Graph graph, IReadOnlyList<IPass> pipeline, CancellationToken cancellation)
    {
        TypeInference.Run(graph, cancellation);
        string last = "";
        for (int round = 0; round < MaxRounds; round++)
        {
            bool changed = false;
            foreach (IPass pass in pipeline)
            {
                // Some passes make one rewrite at a time; a pass that makes more of them than the graph can hold does not end.
                int budget = RewritesPerNode * (graph.Nodes.Count + 1);
                while (pass.Run(graph, cancellation))
                {
                    cancellation.ThrowIfCancellationRequested();
                    changed = true;
                    last = pass.Name;
                    Settle(graph, pass, cancellation);
                    if (--budget == 0)
                    {
                        throw Broken(pass, "it does not come to rest");
                    }
                }
            }

            bool changedWithin = false;
            foreach (Graph subgraph in graph.Nodes.Where(n => n.Op is ControlOp { IsClosed: true }).SelectMany(ControlOp.SubgraphsOf).ToArray())
            {
                changedWithin |= RunToRest(subgraph, pipeline, cancellation);
            }

            // More may be known of what subgraphs make now.
            if (changedWithin)
            {
                changed = true;
                TypeInference.Run(graph, cancellation);
            }

            if (!changed)
            {
                return round > 0;
            }
        }

        throw new ModelBuildException(Diagnostic.Of(Descriptors.InternalError, $"Internal error: the passes do not come to rest after {MaxRounds} rounds; the last one was '{last}'. Please report it with the model."));
    }

    private static void Settle(Graph graph, IPass pass, CancellationToken cancellation)
    {
        if (graph.Sort() is { } node)
        {
            throw Broken(pass, $"'{node.Name}' stands on a cycle");
        }

        try
        {
            TypeInference.Run(graph, cancellation);
        }
        catch (ModelBuildException e) when (graph.SizeDependence is not { Counts.Count: > 0 })
        {
            // Sizes that are only tried may not fit, and what a pass inlines is the first to tell.
            throw Broken(pass, e.Diagnostics[0].Message);
        }

        try
        {
            GraphVerifier.Verify(graph);
        }
        catch (ModelBuildException e)
        {
            throw Broken(pass, e.Diagnostics[0].Message);
        }
    }

    private static ModelBuildException Broken(IPass pass, string what) =>
        new(Diagnostic.Of(Descriptors.InternalError, $"Internal error in pass '{pass.Name}': {what}. Please report it with the model."));
}
