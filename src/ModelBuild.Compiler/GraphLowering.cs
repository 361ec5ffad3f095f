using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler;

/// <summary>From a graph of a model to the plan that runs: as it is in the deployed predictor, and while samples are measured.</summary>
internal static class GraphLowering
{
    /// <summary>Binds sizes, runs all passes and plans; where sizes come with the call or depend on values, for all of them.</summary>
    /// <param name="graph">The graph, which stays as it is.</param>
    /// <param name="options">What the model is built with.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The plan, the graph that its steps stand for, and whether items of a batch can be run one after another.</returns>
    /// <exception cref="ModelBuildException">The graph cannot be run as it is.</exception>
    public static (CompiledModel Model, Graph Lowered, bool HasFreeBatch) Lower(Graph graph, CompileOptions options, CancellationToken cancellation)
    {
        graph = GraphClone.Clone(graph);
        ImageBounds.Apply(graph, options);
        IReadOnlyList<PlanDim> sizes = RunTimeSizes.Find(GraphClone.Clone(graph), options);
        if (sizes.Count > 0)
        {
            bool isBatch = false;
            SizedPlan plan = SizedCompiler.Compile(sizes, (values, dependence) => Rewrite(values, dependence, out isBatch), GraphSettings.PortNames(graph, options), options.Winograd, cancellation);
            return (plan.Model, plan.Graph, isBatch);
        }

        Graph lowered = GraphClone.Clone(graph);
        bool hasFreeBatch = DimBinder.Bind(lowered, options.Dims, cancellation);
        PassRunner.Run(lowered, PassPipelines.Optimize, cancellation);
        PassRunner.Run(lowered, PassPipelines.Lowering, cancellation);
        if (CountedSizes.NextOf(lowered) is not null)
        {
            SizedPlan plan = SizedCompiler.Compile([], (values, dependence) => Rewrite(values, dependence, out _), GraphSettings.PortNames(graph, options), options.Winograd, cancellation);
            return hasFreeBatch && plan.Model.Plan.Outputs.Any(o => o.IsCounted(0)) ? throw new ModelBuildException(Diagnostic.InSetting(
                Descriptors.UnsetDimension, MetadataNames.Dims, "The size of an output depends on values, so that the items of a free batch cannot lie one after another. Fix the batch with Dims.")) : (plan.Model, plan.Graph, hasFreeBatch);
        }

        return (Planner.Plan(lowered, GraphSettings.PortNames(graph, options), options.Winograd, cancellation), lowered, hasFreeBatch);

        Graph Rewrite(IReadOnlyList<long> values, SizeDependence dependence, out bool isBatch)
        {
            Graph rewritten = GraphClone.Clone(graph);
            rewritten.SizeDependence = dependence;
            isBatch = DimBinder.Bind(rewritten, RunTimeSizes.Fixed(options, sizes.Select((s, i) => (s.Name, values[i]))), cancellation);
            PassRunner.Run(rewritten, PassPipelines.Optimize, cancellation);
            PassRunner.Run(rewritten, PassPipelines.Lowering, cancellation);
            return rewritten;
        }
    }

    /// <summary>What runs any graph of the model.</summary>
    public static Func<Graph, IGraphRunner> Runner(CompileOptions options, CancellationToken cancellation) => graph => new PlanRunner(Lower(graph, options, cancellation).Model);
}
