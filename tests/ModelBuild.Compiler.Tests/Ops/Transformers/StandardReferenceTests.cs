using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Ops.Transformers;

/// <summary>Standard operators of transformers against ONNX Runtime, which has them from opset 23 on.</summary>
public sealed class StandardReferenceTests
{
    /// <summary>ONNX Runtime sums in another order and approximates exponentials, both in binary32.</summary>
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData(2, 4, 4, 5, 5, false, false, 0f, "")]
    [InlineData(3, 4, 2, 5, 7, false, false, 0f, "bool")]
    [InlineData(2, 6, 1, 4, 4, true, false, 0f, "")]
    [InlineData(2, 2, 2, 4, 6, true, true, 0f, "float")]
    [InlineData(2, 4, 2, 3, 3, false, true, 5f, "bool")]
    public void Attention(int batch, int heads, int keyHeads, int queries, int keys, bool causal, bool hasPast, float cap, string mask)
    {
        const int Past = 3;
        int total = keys + (hasPast ? Past : 0);
        Tensor?[] inputs =
        [
            Random(1, batch, queries, heads * 8), Random(2, batch, keys, keyHeads * 8), Random(3, batch, keys, keyHeads * 8),
            mask switch
            {
                "bool" => Tensor.Create<bool>([.. Enumerable.Range(0, queries * total).Select(i => i % total == 0 || i % 3 != 0)], queries, total),
                "float" => Random(4, batch, 1, queries, total),
                _ => null,
            },
            hasPast ? Random(5, batch, keyHeads, Past, 8) : null, hasPast ? Random(6, batch, keyHeads, Past, 8) : null,
        ];
        AttributeMap attributes = new() { { "q_num_heads", (long)heads }, { "kv_num_heads", (long)keyHeads }, { "is_causal", causal ? 1L : 0L }, { "softcap", cap } };
        Check("Attention", attributes, inputs[..(Array.FindLastIndex(inputs, i => i is not null) + 1)], hasPast ? 3 : 1);
    }

    [Theory]
    [InlineData(0L, 0L)]
    [InlineData(1L, 4L)]
    public void RotaryEmbedding(long interleaved, long rotated)
    {
        long angles = rotated == 0 ? 4 : rotated / 2;
        Tensor positions = Tensor.Create<long>([0, 3, 5, 1, 2, 9], 2, 3);
        AttributeMap attributes = new() { { "interleaved", interleaved }, { "rotary_embedding_dim", rotated }, { "num_heads", 2L } };
        Check("RotaryEmbedding", attributes, [Random(1, 2, 3, 16), Random(2, 10, angles), Random(3, 10, angles), positions], 1);
    }

    [Theory]
    [InlineData("bij,bjk->bik", "2,3,4|2,4,5")]
    [InlineData("bhid,bhjd->bhij", "2,3,4,5|2,3,6,5")]
    [InlineData("...ij,...jk->...ik", "2,1,3,4|2,6,4,5")]
    [InlineData("...ii->...i", "2,3,5,5")]
    [InlineData("ij,jk,kl->il", "2,3|3,4|4,5")]
    [InlineData("bijc,jbkc->ki", "2,3,4,5|4,2,6,5")]
    [InlineData("ab,cd->da", "2,3|4,5")]
    public void Einsum(string equation, string shapes) =>
        Check("Einsum", new AttributeMap { { "equation", equation } }, [.. shapes.Split('|').Select((s, i) => Random(i, [.. s.Split(',').Select(long.Parse)]))], 1);

    [Theory]
    [InlineData(-1L)]
    [InlineData(0L)]
    public void Hardmax(long axis) => Check("Hardmax", new AttributeMap { { "axis", axis } }, [Random(1, 3, 5)], 1);

    [Theory]
    [InlineData(0.3f, 0.1f)]
    [InlineData(0.5f, 0f)]
    public void Shrink(float lambd, float bias) => Check("Shrink", new AttributeMap { { "lambd", lambd }, { "bias", bias } }, [Random(1, 40)], 1);

    [Theory]
    [InlineData(-1L)]
    [InlineData(1L)]
    public void LayerNormalizationWithItsStatistics(long axis) =>
        Check("LayerNormalization", new AttributeMap { { "axis", axis } }, [Random(1, 2, 3, 4), Random(2, axis == 1 ? [3, 4] : [4]), Random(3, axis == 1 ? [3, 4] : [4])], 3);

    private static void Check(string op, AttributeMap attributes, Tensor?[] inputs, int outputs)
    {
        Graph graph = new(Operators.Set, "test");
        graph.Opsets[""] = 23;
        Value?[] values = [.. inputs.Select((t, i) => t is null ? null : graph.AddInput($"x{i}", t.Type))];
        Node node = graph.AddNode("", op, "node", values, [.. Enumerable.Range(0, outputs).Select(i => $"y{i}")], attributes);
        foreach (Value? output in node.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        Tensor[] given = [.. inputs.OfType<Tensor>()];
        Tensor[] expected = OnnxRuntimeReference.Run(graph, given);
        TypeInference.Run(graph);
        Near(expected, [.. ReferenceEvaluator.Run(graph, given)]);
        Near(expected, OpHarness.RunPlan(graph, given));
    }

    private static void Near(Tensor[] expected, Tensor[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            Assert.Null(OpHarness.Difference(expected[i], actual[i], Tolerance));
        }
    }

    private static Tensor Random(int seed, params long[] dims)
    {
        Random random = new(seed);
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = (random.NextSingle() * 2) - 1;
        }

        return tensor;
    }
}
