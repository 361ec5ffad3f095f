using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Ops;

namespace ModelBuild.Compiler.Tests.Transformers;

/// <summary>A small BERT from its embeddings to its pooler, through all passes, against ONNX Runtime.</summary>
public sealed class EncoderTests
{
    /// <summary>Two layers of sums in binary32, in another order than ONNX Runtime's; outputs are normalised.</summary>
    private const double Tolerance = 1e-4;

    private const int Length = 7;

    private static readonly EncoderWeights s_weights = new();

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void PrimitiveFormEqualsOnnxRuntime(int batch, bool hasLayerNorm)
    {
        Graph graph = new PrimitiveEncoder(s_weights, hasLayerNorm).Build();
        Tensor[] inputs = Inputs(batch);
        AssertNear(OnnxRuntimeReference.Run(graph, inputs), Compiled(graph, batch, inputs));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void FusedFormEqualsOnnxRuntimeAndThePrimitiveForm(int batch)
    {
        Graph graph = FusedEncoder.Build(s_weights);
        Tensor[] inputs = Inputs(batch);
        Tensor[] narrow = [.. inputs.Select(i => Tensor.Create<int>([.. i.ToInt64Array().Select(v => (int)v)], i.Dims))];
        Tensor[] actual = Compiled(graph, batch, narrow);
        AssertNear(OnnxRuntimeReference.Run(graph, narrow), actual);
        AssertNear(Compiled(new PrimitiveEncoder(s_weights, hasLayerNorm: true).Build(), batch, inputs), actual);
    }

    [Fact]
    public void SequencesOfABatchDoNotMix()
    {
        Tensor[] inputs = Inputs(3);
        Tensor[] together = Compiled(new PrimitiveEncoder(s_weights, hasLayerNorm: false).Build(), 3, inputs);
        for (int item = 0; item < 3; item++)
        {
            Tensor[] one = [.. inputs.Select(i => Item(i, item))];
            AssertNear([.. together.Select(t => Item(t, item))], Compiled(new PrimitiveEncoder(s_weights, hasLayerNorm: false).Build(), 1, one));
        }
    }

    [Fact]
    public void FusedFormBecomesStandardOperatorsBeforeItsSizesAreKnown()
    {
        Graph graph = FusedEncoder.Build(s_weights);
        PassRunner.Run(graph, PassPipelines.Optimize, default);
        Assert.DoesNotContain(graph.Nodes, n => n.Domain.Length > 0);
        Tensor[] inputs = [.. Inputs(2).Select(i => Tensor.Create<int>([.. i.ToInt64Array().Select(v => (int)v)], i.Dims))];
        AssertNear(OnnxRuntimeReference.Run(FusedEncoder.Build(s_weights), inputs), OnnxRuntimeReference.Run(graph, inputs));
    }

    private static Tensor[] Compiled(Graph source, int batch, Tensor[] inputs)
    {
        Graph graph = GraphClone.Clone(source);
        DimBinder.Bind(graph, new Dictionary<string, long?>(StringComparer.Ordinal) { ["batch"] = batch, ["length"] = Length }, default);
        return OpHarness.RunPlan(graph, inputs);
    }

    /// <summary>Sequences of other words and lengths.</summary>
    private static Tensor[] Inputs(int batch)
    {
        Random random = new(batch);
        long[] ids = [.. Enumerable.Range(0, batch * Length).Select(_ => (long)random.Next(EncoderWeights.Words))];
        long[] segments = [.. Enumerable.Range(0, batch * Length).Select(i => i % Length > 3 ? 1L : 0)];
        long[] mask = [.. Enumerable.Range(0, batch * Length).Select(i => i % Length < Length - (2 * (i / Length)) ? 1L : 0)];
        return [.. new[] { ids, segments, mask }.Select(v => Tensor.Create<long>(v, batch, Length))];
    }

    private static Tensor Item(Tensor tensor, int item)
    {
        int bytes = tensor.Bytes.Length / (int)tensor.Dims[0];
        return new Tensor(tensor.DType, [1, .. tensor.Dims[1..]], tensor.Bytes.Slice(item * bytes, bytes).ToArray());
    }

    private static void AssertNear(Tensor[] expected, Tensor[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            Assert.Null(OpHarness.Difference(expected[i], actual[i], Tolerance));
        }
    }
}
