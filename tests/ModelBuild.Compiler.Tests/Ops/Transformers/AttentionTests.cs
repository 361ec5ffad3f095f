using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Ops.Transformers;

/// <summary>Attention against a scalar one, over the attributes; the archive's tests cover one case of each.</summary>
public sealed class AttentionTests
{
    /// <summary>binary32 sums of a few dozen products and one exponential.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1, false, -1, -1, 0f)]
    [InlineData(2, 4, 4, 5, 5, 8, false, -1, -1, 0f)]
    [InlineData(3, 4, 2, 5, 7, 8, true, -1, -1, 0f)]
    [InlineData(2, 6, 1, 3, 9, 4, false, -1, -1, 2f)]
    [InlineData(2, 2, 2, 6, 6, 4, true, 2, -1, 0f)]
    [InlineData(2, 2, 2, 6, 6, 4, false, 1, 1, 0f)]
    [InlineData(1, 2, 2, 6, 3, 4, false, 0, 0, 0f)]
    public void EqualsTheScalarOne(int batch, int heads, int keyHeads, int queries, int keys, int size, bool causal, int left, int right, float cap)
    {
        Tensor q = Random(1, batch, heads, queries, size);
        Tensor k = Random(2, batch, keyHeads, keys, size);
        Tensor v = Random(3, batch, keyHeads, keys, size + 1);
        Tensor mask = Tensor.Create<bool>([.. Enumerable.Range(0, batch * queries * keys).Select(i => i * 7 % 5 != 0)], batch, 1, queries, keys);
        AttributeMap attributes = new() { { "is_causal", causal ? 1L : 0L }, { "left_window_size", (long)left }, { "right_window_size", (long)right }, { "softcap", cap } };
        double[] expected = Scalar(q, k, v, mask.Span<bool>().ToArray(), causal, left, right, cap);
        Tensor four = OpHarness.Run("Attention", attributes, [q, k, v, mask])[0];
        Compare(expected, four.ToDoubleArray());

        attributes.Add("q_num_heads", (long)heads);
        attributes.Add("kv_num_heads", (long)keyHeads);
        Tensor three = OpHarness.Run("Attention", attributes, [Flat(q), Flat(k), Flat(v), mask])[0];
        Assert.Equal([batch, queries, heads * (size + 1L)], three.Dims.ToArray());
        Compare(Flat(Tensor.Create<double>(expected, batch, heads, queries, size + 1)).ToDoubleArray(), three.ToDoubleArray());
    }

    [Fact]
    public void RowsWithoutKeysAreZeroWhateverTheScores()
    {
        Tensor q = Tensor.Create<float>([float.PositiveInfinity, 1, 1, 1], 1, 1, 2, 2);
        Tensor k = Random(2, 1, 1, 3, 2);
        Tensor mask = Tensor.Create<bool>([false, false, false, true, false, true], 2, 3);
        Tensor y = OpHarness.Run("Attention", [], [q, k, Random(3, 1, 1, 3, 2), mask])[0];
        Assert.Equal([0f, 0f], y.Span<float>()[..2].ToArray());
        Assert.NotEqual(0, y.Span<float>()[2]);
    }

    [Fact]
    public void PartsNeedNoLengths()
    {
        Graph graph = new(Operators.Set);
        Dim batch = new("batch");
        Dim length = new("length");
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(batch, length, 12)));
        Value past = graph.AddInput("past", new TensorType(DType.F32, new Shape(batch, 2, new Dim("before"), 4)));
        AttributeMap attributes = new() { { "q_num_heads", 6L }, { "kv_num_heads", 2L }, { "is_causal", 1L } };
        Value half = graph.Add("Slice", "half", [x, graph.AddConstant("s", Tensor.Vector(0L)), graph.AddConstant("e", Tensor.Vector(8L)), graph.AddConstant("a", Tensor.Vector(2L))]);
        Value wide = graph.Add("Concat", "wide", [x, x], new AttributeMap { { "axis", 2L } });
        Node node = graph.AddNode("", "Attention", "attention", [wide, half, half, null, past, past], ["y", "k", "v"], attributes);
        foreach (Value? output in node.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        Tensor[] inputs = [Random(1, 2, 5, 12), Random(2, 2, 2, 3, 4)];
        TypeInference.Run(graph);
        Graph expanded = GraphClone.Clone(graph);
        PassRunner.Run(expanded, PassPipelines.Optimize, default);
        Assert.DoesNotContain(expanded.Nodes, n => n.OpType == "Attention");
        OpHarness.AssertEqual(ReferenceEvaluator.Run(graph, inputs), ReferenceEvaluator.Run(expanded, inputs));
    }

    [Fact]
    public void ContradictionsAreRefused()
    {
        Tensor q = Random(1, 1, 3, 2, 4);
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("Attention", [], [q, Random(2, 1, 2, 2, 4), Random(2, 1, 2, 2, 4)]));
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("Attention", [], [Flat(q), Flat(q), Flat(q)]));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("Attention", new AttributeMap { { "qk_matmul_output_mode", 4L } }, [q, q, q]));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("Attention", new AttributeMap { { "softmax_precision", 7L } }, [q, q, q]));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("Attention", new AttributeMap { { "left_window_size", -2L } }, [q, q, q]));
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("Attention", [], [q, q, q], [null, q]));
        Errors.Expect(Descriptors.UnsupportedType, () => OpHarness.Run("Attention", [], [q, q, q, OpHarness.Counting(DType.I32, 2, 2)]));
    }

    private static Tensor Random(int seed, params long[] dims)
    {
        Random random = new(seed);
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = (random.NextSingle() * 4) - 2;
        }

        return tensor;
    }

    private static Tensor Flat(Tensor x) => Compiler.Ops.Shapes.Transpose.Apply(x, [0, 2, 1, 3]).Reshape(x.Dims[0], x.Dims[2], x.Dims[1] * x.Dims[3]);

    private static void Compare(double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance, $"element {i}: {actual[i]} instead of {expected[i]}");
        }
    }

    private static double[] Scalar(Tensor query, Tensor key, Tensor value, bool[] mask, bool causal, int left, int right, float cap)
    {
        (int batch, int heads, int queries, int size) = ((int)query.Dims[0], (int)query.Dims[1], (int)query.Dims[2], (int)query.Dims[3]);
        (int keyHeads, int keys, int width) = ((int)key.Dims[1], (int)key.Dims[2], (int)value.Dims[3]);
        double[] q = query.ToDoubleArray();
        double[] k = key.ToDoubleArray();
        double[] v = value.ToDoubleArray();
        double[] y = new double[batch * heads * queries * width];
        for (int row = 0; row < batch * heads * queries; row++)
        {
            int i = row % queries;
            int shared = (row / queries / heads * keyHeads) + (row / queries % heads / (heads / keyHeads));
            double[] weights = new double[keys];
            for (int j = 0; j < keys; j++)
            {
                bool allowed = mask[((((row / queries / heads) * queries) + i) * keys) + j] && (!causal || j <= i) && (left < 0 || j >= i - left) && (right < 0 || j <= i + right);
                double score = Enumerable.Range(0, size).Sum(d => q[(row * size) + d] * k[(((shared * keys) + j) * size) + d]) / Math.Sqrt(size);
                weights[j] = allowed ? Math.Exp(cap > 0 ? cap * Math.Tanh(score / cap) : score) : 0;
            }

            double sum = weights.Sum();
            for (int d = 0; d < width && sum > 0; d++)
            {
                y[(row * width) + d] = Enumerable.Range(0, keys).Sum(j => weights[j] / sum * v[(((shared * keys) + j) * width) + d]);
            }
        }

        return y;
    }
}
