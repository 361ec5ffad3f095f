using System.Globalization;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Pruning;
using ModelBuild.Compiler.Quantization;
using ModelBuild.Compiler.Tests.Planning.Sizes;
using ModelBuild.Compiler.Tests.Pruning;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning;

/// <summary>Weights with zeros, as <c>Prune</c> makes them, run on the kernels that leave them out.</summary>
public sealed class SparseWeightsTests
{
    private const string Unstructured = "UnstructuredGemm.F32";

    private readonly PruningNetwork _net = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PrunedFullyConnectedLayersLeaveBlocksOut(bool transposed)
    {
        Value x = _net.Add("Relu", _net.Gemm("a", _net.Input(1, 100), 100, 70, transposed));
        _net.Graph.AddOutput("y", _net.Gemm("b", x, 70, 40, transposed));
        AssertSparse(Prune(_net.Finish(), "0.7"), 2);
    }

    [Fact]
    public void PrunedProductsOfManyRowsLeaveBlocksOut()
    {
        _net.Graph.AddOutput("y", _net.Graph.Add("MatMul", "a", [_net.Input(2, 11, 64), _net.Constant(64, 48)]));
        AssertSparse(Prune(_net.Finish(), "0.5"), 1);
    }

    [Fact]
    public void PrunedPointwiseConvolutionsLeaveBlocksOut()
    {
        Value x = _net.Add("Relu", _net.Conv("a", _net.Input(1, 32, 9, 7), 32, 48, kernel: 1));
        x = _net.Add("Relu", _net.Graph.Add("Add", "sum", [_net.Conv("b", x, 48, 48, kernel: 1), x]));
        AssertSparse(Prune(_net.Classify(x, 48), "0.6"), 2);
    }

    [Theory]
    [InlineData(0.4, 0)]
    [InlineData(0.7, 1)]
    [InlineData(0.9, 1)]
    public void PointwiseConvolutionsWithManyZerosLeaveThemOut(double part, int layers)
    {
        Graph graph = _net.Classify(_net.Conv("a", _net.Input(1, 128, 14, 14), 128, 64, kernel: 1), 64);
        AssertSparse(PruneSingly(graph, part), layers, Unstructured);
    }

    [Fact]
    public void ProductsOfManyRowsWithManyZerosLeaveThemOut()
    {
        _net.Graph.AddOutput("y", _net.Graph.Add("MatMul", "a", [_net.Input(2, 40, 96), _net.Constant(96, 70)]));
        AssertSparse(PruneSingly(_net.Finish(), 0.9), 1, Unstructured);
    }

    [Theory]
    [InlineData(1, true, 1)]
    [InlineData(1, false, 1)]
    [InlineData(60, false, 0)]
    public void FewRowsByTwoOfFourWeightsReadHalfOfThem(long rows, bool transposed, int layers)
    {
        _net.Graph.AddOutput("y", _net.Gemm("a", _net.Input(rows, 99), 99, 70, transposed));
        Graph graph = _net.Finish();
        Assert.Empty(PruningSchemes.Apply(graph, "2:4", Context(), default));
        AssertSparse(graph, layers, "TwoOfFourGemm.F32");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheTwoLargestOfFourWeightsAreKept(bool transposed)
    {
        _net.Graph.AddOutput("y", _net.Gemm("a", _net.Input(1, 11), 11, 3, transposed));
        Graph graph = _net.Finish();
        Tensor before = PruningNetwork.Find(graph, "a").Input(1).Constant!;
        new TwoOfFourPruning().Apply(graph, "", Context(), default);
        Tensor after = PruningNetwork.Find(graph, "a").Input(1).Constant!;
        for (int output = 0; output < 3; output++)
        {
            for (int first = 0; first < 11; first += 4)
            {
                int[] places = [.. Enumerable.Range(first, Math.Min(4, 11 - first)).Select(input => transposed ? (output * 11) + input : (input * 3) + output)];
                float[] magnitudes = [.. places.Select(p => Math.Abs(before.Span<float>()[p])).OrderDescending()];
                Assert.All(places, p => Assert.Equal(Math.Abs(before.Span<float>()[p]) >= magnitudes[1] ? before.Span<float>()[p] : 0, after.Span<float>()[p]));
            }
        }
    }

    [Fact]
    public void TwoOfFourLeavesConvolutionsAndExcludedLayersAlone()
    {
        Value x = _net.Conv("conv", _net.Input(1, 16, 4, 4), 16, 32, kernel: 1);
        Graph graph = _net.Classify(x, 32);
        Assert.Single(new TwoOfFourPruning().Apply(graph, "", Context("last"), default));
        Assert.DoesNotContain(0f, PruningNetwork.Find(graph, "conv").Input(1).Constant!.Span<float>().ToArray());
        Assert.DoesNotContain(0f, PruningNetwork.Find(graph, "last").Input(1).Constant!.Span<float>().ToArray());
    }

    [Fact]
    public void SizesOfACallLeaveZerosOutToo()
    {
        Value image = _net.Graph.AddInput("x", new TensorType(DType.F32, new Shape([1, 64, new Dim("height"), 9])));
        _net.Graph.AddOutput("y", _net.Conv("a", image, 64, 48, kernel: 1));
        Value rows = _net.Graph.AddInput("rows", new TensorType(DType.F32, new Shape([new Dim("height"), 70])));
        _net.Graph.AddOutput("z", _net.Gemm("b", rows, 70, 40));
        Graph graph = _net.Finish();
        PruningSchemes.Apply(graph, "2:4", Context(), default);
        PruningSchemes.Apply(graph, "magnitude:0.9", Context("b"), default);
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("height", "Height", 1, 60));
        Assert.Contains(model.Plan.Steps, s => s.Kernel == Unstructured);
        Assert.Contains(model.Plan.Steps, s => s.Kernel == "TwoOfFourGemm.F32");
        SizedHarness.Check(graph, model, 1);
        SizedHarness.Check(graph, model, 23);
        SizedHarness.Check(graph, model, 60);
    }

    [Fact]
    public void OneRowKeepsSingleZeros()
    {
        _net.Graph.AddOutput("y", _net.Gemm("a", _net.Input(1, 200), 200, 100));
        Graph graph = PruneSingly(_net.Finish(), 0.7);
        AssertSparse(graph, 0, Unstructured);
        AssertSparse(graph, 0);
    }

    [Fact]
    public void TheGivenPartOfTheBlocksIsZeroAndTheOthersAreAsTheyWere()
    {
        _net.Graph.AddOutput("y", _net.Gemm("a", _net.Input(1, 10), 10, 40));
        Graph graph = _net.Finish();
        float[] before = PruningNetwork.Find(graph, "a").Input(1).Constant!.Span<float>().ToArray();
        float[] after = PruningNetwork.Find(Prune(graph, "0.5"), "a").Input(1).Constant!.Span<float>().ToArray();
        double[] norms = new double[3 * 10];
        for (int i = 0; i < before.Length; i++)
        {
            norms[(i / 10 / 16 * 10) + (i % 10)] += before[i] * (double)before[i];
        }

        double median = norms.Order().ElementAt(15);
        for (int i = 0; i < before.Length; i++)
        {
            Assert.Equal(norms[(i / 10 / 16 * 10) + (i % 10)] >= median ? before[i] : 0, after[i]);
        }
    }

    [Fact]
    public void OtherLayersStayAsTheyAre()
    {
        Value x = _net.Add("Relu", _net.Conv("wide", _net.Input(1, 16, 8, 8), 16, 32));
        x = _net.Add("Relu", _net.Conv("depthwise", x, 32, 32, group: 32));
        Graph graph = _net.Classify(_net.Add("Relu", _net.Conv("few", x, 32, 8, kernel: 1)), 8);
        Graph pruned = GraphClone.Clone(graph);
        Assert.Single(new BlockPruning().Apply(pruned, "0.5", Context(), default));
        Assert.All(graph.Nodes.Zip(pruned.Nodes), pair => Assert.True(pair.First.InputOrNull(1)?.Constant is not { } w || w.Bytes.SequenceEqual(pair.Second.Input(1).Constant!.Bytes)));
    }

    [Fact]
    public void ExcludedLayersAndDenseWeightsStayDense()
    {
        _net.Graph.AddOutput("y", _net.Gemm("a", _net.Input(1, 100), 100, 70));
        Graph graph = _net.Finish();
        AssertSparse(graph, 0);
        Graph excluded = GraphClone.Clone(graph);
        new BlockPruning().Apply(excluded, "0.9", Context("a"), default);
        AssertSparse(excluded, 0);
        AssertSparse(Prune(graph, "0.1"), 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("x")]
    public void WrongPartsAreTold(string part) => Assert.Contains("block:0.7", new BlockPruning().Check(part), StringComparison.Ordinal);

    private static void AssertSparse(Graph graph, int layers, string kernel = "SparseGemm.F32")
    {
        CompiledModel model = PlanAgainstReference.Check(graph);
        Assert.Equal(layers, model.Plan.Steps.Count(s => s.Kernel == kernel));
    }

    private static Graph PruneSingly(Graph graph, double part)
    {
        Assert.Empty(new MagnitudePruning().Apply(graph, part.ToString(CultureInfo.InvariantCulture), Context(), default));
        return graph;
    }

    private static Graph Prune(Graph graph, string part)
    {
        Assert.Empty(new BlockPruning().Apply(graph, part, Context(), default));
        return graph;
    }

    private static PruningContext Context(params string[] exclude) => PruningContext.WithoutData(new NodeFilter(exclude));
}
