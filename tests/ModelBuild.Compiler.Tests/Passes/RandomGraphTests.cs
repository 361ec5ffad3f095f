using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

/// <summary>Passes keep the outputs of random graphs, come to rest, and make the same bytes each time.</summary>
public sealed class RandomGraphTests
{
    private const int Graphs = 300;
    private const int WholeEvery = 3;
    private const int KernelGraphs = 40;

    [Fact]
    public void Each_pass_and_the_pipelines_keep_the_outputs_and_rest()
    {
        IPass[] passes = [.. PassPipelines.Optimize, .. PassPipelines.Lowering];
        for (int seed = 0; seed < Graphs; seed++)
        {
            Graph source = RandomGraph.Make(seed);
            Graph stepped = source;
            foreach (IPass pass in passes)
            {
                stepped = PassCheck.Run(stepped, pass);
            }

            if (seed % WholeEvery == 0)
            {
                PassCheck.Run(PassCheck.Run(source, [.. PassPipelines.Optimize]), [.. PassPipelines.Lowering]);
            }
        }
    }

    [Fact]
    public void Kernels_compute_what_the_reference_does()
    {
        for (int seed = 0; seed < KernelGraphs; seed++)
        {
            Graph graph = RandomGraph.Make(seed);
            Planning.PlanAgainstReference.Check(graph);
        }
    }

    [Fact]
    public void Two_runs_write_the_same_bytes()
    {
        for (int seed = 0; seed < Graphs; seed += 10)
        {
            Assert.Equal(Optimized(seed), Optimized(seed));
        }
    }

    private static byte[] Optimized(int seed)
    {
        Graph graph = RandomGraph.Make(seed);
        PassRunner.Run(graph, PassPipelines.Optimize, default);
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        return stream.ToArray();
    }
}
