using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Pruning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Pruning;

/// <summary>Real networks with a quarter of the filters set to zero give the same outputs when those filters are gone.</summary>
public sealed class RealModelPruningTests
{
    [RealModelTheory]
    [InlineData("keras/mnist_cnn.h5")]
    [InlineData("mlperf-tiny/image_classification/pretrainedResnet.h5")]
    [InlineData("mnist/mnist-8.onnx")]
    public void Removed_zero_filters_change_nothing(string file)
    {
        Graph graph = Importers.Import(TestData.PathOf(file));
        TypeInference.Run(graph);
        PassRunner.Run(graph, PassPipelines.Optimize, default);
        Dictionary<string, long> filters = graph.Nodes.Where(n => n.OpType == "Conv").ToDictionary(n => n.Name, n => n.Input(1).Constant!.Dims[0]);
        foreach (Node node in graph.Nodes.Where(n => n.OpType is "Conv" or "BatchNormalization").ToArray())
        {
            PruningNetwork.Zero(graph, node.Name, [.. Enumerable.Range(0, (int)node.Input(1).Constant!.Dims[0] / 4)]);
        }

        Graph whole = GraphClone.Clone(graph);
        Assert.Empty(new ChannelPruning().Apply(graph, "0.25", PruningContext.WithoutData(new NodeFilter(["Gemm", "MatMul"])), default));
        GraphVerifier.Verify(graph);

        Assert.All(filters, f => Assert.Equal(f.Value - (f.Value / 4), PruningNetwork.Filters(graph, f.Key)));
        DimBinder.Bind(whole, new CompileOptions { ModelPath = "", ClassName = "", Namespace = "" }.Dims);
        DimBinder.Bind(graph, new CompileOptions { ModelPath = "", ClassName = "", Namespace = "" }.Dims);
        Tensor input = PlanAgainstReference.Filled(new Random(3), whole.Inputs[0].Type.Shape!.ToArray());
        Assert.Equal(ReferenceEvaluator.Run(whole, [input])[0].Span<float>().ToArray(), ReferenceEvaluator.Run(graph, [input])[0].Span<float>().ToArray());
        PlanAgainstReference.Check(graph);
    }
}
