using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

/// <summary>Deep models: what the passes do must not grow faster than the model.</summary>
public sealed class PipelineScaleTests
{
    private const int Blocks = 600;

    /// <summary>Every pass makes all its rewrites in a run, so the number of runs depends on that of the passes alone.</summary>
    private const int MostRunsOfPass = 3;

    [Fact]
    public void A_chain_of_three_thousand_nodes_needs_few_runs()
    {
        TestNet net = new();
        Value x = net.Input(1, 4, 3, 3);
        for (int i = 0; i < Blocks; i++)
        {
            Value y = net.Add("Relu", [net.BatchNorm(net.Conv(x, 4))]);
            x = net.Add("Add", [net.Add("HardSwish", [y]), x]);
        }

        Graph graph = net.Outputs(x);
        int runs = Run(graph, PassPipelines.Optimize) + Run(graph, PassPipelines.Lowering);

        Assert.InRange(runs, 1, MostRunsOfPass * (PassPipelines.Optimize.Count + PassPipelines.Lowering.Count));
        Assert.Equal(Blocks, graph.Nodes.Count(n => n.OpType == "Conv"));
        Assert.Equal(2, graph.Nodes.Count(n => n.OpType == "Transpose"));
        Assert.Equal((3 * Blocks) + 2, graph.Nodes.Count);
    }

    private static int Run(Graph graph, IReadOnlyList<IPass> pipeline)
    {
        CountingPass[] counting = [.. pipeline.Select(p => new CountingPass(p))];
        PassRunner.Run(graph, counting, default);
        return counting.Sum(p => p.Runs);
    }

    private sealed class CountingPass(IPass inner) : IPass
    {
        public int Runs { get; private set; }

        public string Name => inner.Name;

        public bool Run(Graph graph, CancellationToken cancellation)
        {
            Runs++;
            return inner.Run(graph, cancellation);
        }
    }
}
