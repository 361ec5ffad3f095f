using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Transformers;

/// <summary>Rotations, caches, recurrences and gates: known values, plans against the reference, and refusals.</summary>
public sealed class SequenceOperatorTests
{
    [Theory]
    [InlineData(0L, new[] { -3f, 2, 1, 4 })]
    [InlineData(1L, new[] { -2f, 1, 3, 4 })]
    public void RotationTurnsPairs(long interleaved, float[] expected)
    {
        // A quarter turn of the first pair, none of the second.
        Tensor x = Tensor.Create<float>([1, 2, 3, 4], 1, 1, 1, 4);
        Tensor cosines = Tensor.Create<float>([9, 9, 0, 1], 2, 2);
        Tensor sines = Tensor.Create<float>([9, 9, 1, 0], 2, 2);
        Tensor y = OpHarness.Run("RotaryEmbedding", new AttributeMap { { "interleaved", interleaved } }, [x, cosines, sines, Tensor.Create<long>([1], 1, 1)])[0];
        Assert.Equal(expected, y.Span<float>().ToArray());
    }

    [Theory]
    [InlineData(0L, 0L)]
    [InlineData(1L, 0L)]
    [InlineData(0L, 4L)]
    [InlineData(1L, 4L)]
    public void RotationOfFlatHeadsIsThatOfSplitOnes(long interleaved, long rotated)
    {
        long angles = rotated == 0 ? 3 : rotated / 2;
        Tensor x = OpHarness.Counting(DType.F32, 2, 5, 12);
        Tensor cosines = OpHarness.Counting(DType.F32, 2, 5, angles);
        Tensor sines = OpHarness.Counting(DType.F32, 2, 5, angles);
        AttributeMap attributes = new() { { "interleaved", interleaved }, { "rotary_embedding_dim", rotated }, { "num_heads", 2L } };
        Tensor flat = OpHarness.Run("RotaryEmbedding", attributes, [x, cosines, sines])[0];
        Tensor heads = Compiler.Ops.Shapes.Transpose.Apply(x.Reshape(2, 5, 2, 6), [0, 2, 1, 3]);
        Tensor split = OpHarness.Run("RotaryEmbedding", attributes, [heads, cosines, sines])[0];
        Assert.Equal(flat.Bytes.ToArray(), Compiler.Ops.Shapes.Transpose.Apply(split, [0, 2, 1, 3]).Bytes.ToArray());
    }

    [Fact]
    public void RotationRefusesTablesThatDoNotFit()
    {
        Tensor x = OpHarness.Counting(DType.F32, 1, 2, 8);
        Tensor table = OpHarness.Counting(DType.F32, 1, 2, 3);
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("RotaryEmbedding", new AttributeMap { { "num_heads", 1L } }, [x, table, table]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("RotaryEmbedding", [], [x, table, table]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("RotaryEmbedding", new AttributeMap { { "num_heads", 1L }, { "rotary_embedding_dim", 3L } }, [x, table, table]));
    }

    [Theory]
    [InlineData(DType.F32, "linear", new[] { 1L, 2L })]
    [InlineData(DType.F16, "circular", new[] { 3L, -1L })]
    [InlineData(DType.I64, "circular", new[] { 7L, 0L })]
    [InlineData(DType.Bool, "linear", null)]
    public void CachesTakeUpdatesAtEachPlace(DType type, string mode, long[]? starts)
    {
        Tensor cache = OpHarness.Counting(type, 2, 3, 4, 2);
        Tensor update = OpHarness.Counting(type, 2, 3, 2, 2);
        Tensor y = OpHarness.Run("TensorScatter", new AttributeMap { { "mode", mode } }, [cache, update], starts is null ? [] : [Tensor.Vector<long>(starts)])[0];
        double[] expected = cache.ToDoubleArray();
        double[] values = update.ToDoubleArray();
        for (int i = 0; i < values.Length; i++)
        {
            long place = (((starts?[i / 12] ?? 0) + (i / 2 % 2)) % 4 + 4) % 4;
            expected[(i / 4 * 8) + (place * 2) + (i % 2)] = values[i];
        }

        Assert.Equal(expected, y.ToDoubleArray());
    }

    [Fact]
    public void CachesRefuseWhatDoesNotFit()
    {
        Tensor cache = OpHarness.Counting(DType.F32, 1, 4, 2);
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("TensorScatter", [], [cache, OpHarness.Counting(DType.F32, 1, 5, 2)]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("TensorScatter", new AttributeMap { { "axis", 0L } }, [cache, OpHarness.Counting(DType.F32, 1, 4, 2)]));
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("TensorScatter", [], [cache, OpHarness.Counting(DType.F32, 1, 2, 2)], [Tensor.Vector(3L)]));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("TensorScatter", new AttributeMap { { "mode", "spiral" } }, [cache, cache]));
    }

    [Fact]
    public void LinearAttentionRefusesInputsThatItsRuleForbids()
    {
        Tensor x = OpHarness.Counting(DType.F32, 1, 2, 4);
        AttributeMap attributes = new() { { "q_num_heads", 2L }, { "kv_num_heads", 2L }, { "update_rule", "linear" } };
        OpHarness.Run("LinearAttention", attributes, [x, x, x], outputs: 2);
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("LinearAttention", attributes, [x, x, x], [null, x]));
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("LinearAttention", new AttributeMap { { "q_num_heads", 2L }, { "kv_num_heads", 2L } }, [x, x, x]));
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("LinearAttention", new AttributeMap { { "q_num_heads", 2L }, { "kv_num_heads", 3L }, { "update_rule", "linear" } }, [x, x, x]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("LinearAttention", attributes, [x, OpHarness.Counting(DType.F32, 1, 2, 6), x]));
    }

    [Fact]
    public void GatesAreSwishes()
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 3);
        double[] swish = [.. x.ToDoubleArray().Select(v => v / (1 + Math.Exp(-0.5 * v)))];
        Assert.Equal(swish.Select(v => (float)v), OpHarness.Run("Swish", new AttributeMap { { "alpha", 0.5f } }, [x])[0].Span<float>().ToArray(), Near);
        Assert.Equal(swish.Select((v, i) => (float)(v * (i + 1))), OpHarness.Run("SwiGLU", new AttributeMap { { "alpha", 0.5f } }, [x, x])[0].Span<float>().ToArray(), Near);
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("SwiGLU", [], [x, OpHarness.Counting(DType.F32, 3)]));
    }

    [Fact]
    public void ConvolutionCarriesItsLastInputs()
    {
        Tensor weights = Tensor.Create<float>([1, 10, 100], 1, 1, 3);
        Tensor[] first = OpHarness.Run("CausalConvWithState", [], [Tensor.Create<float>([1, 2], 1, 1, 2)], [weights], outputs: 2);
        Assert.Equal([100f, 210f], first[0].Span<float>().ToArray());
        Assert.Equal([1f, 2f], first[1].Span<float>().ToArray());
        Tensor[] next = OpHarness.Run("CausalConvWithState", [], [Tensor.Create<float>([3], 1, 1, 1)], [weights, null, first[1]], outputs: 2);
        Assert.Equal([321f], next[0].Span<float>().ToArray());
        Assert.Equal([2f, 3f], next[1].Span<float>().ToArray());
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("CausalConvWithState", new AttributeMap { { "activation", "relu" } }, [first[0]], [weights]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("CausalConvWithState", [], [OpHarness.Counting(DType.F32, 1, 2, 2)], [weights]));
    }

    [Fact]
    public void HardmaxShrinkAndBitsFollowTheirDefinitions()
    {
        Tensor x = Tensor.Create<float>([1, 3, 3, -2, -5, -2], 2, 3);
        Assert.Equal([0f, 1, 0, 1, 0, 0], OpHarness.Run("Hardmax", [], [x])[0].Span<float>().ToArray());
        Assert.Equal([1f, 1, 1, 0, 0, 0], OpHarness.Run("Hardmax", new AttributeMap { { "axis", 0L } }, [x])[0].Span<float>().ToArray());
        AttributeMap shrink = new() { { "lambd", 2f }, { "bias", 1f } };
        Assert.Equal([0f, 2, 2, 0, -4, 0], OpHarness.Run("Shrink", shrink, [x])[0].Span<float>().ToArray());
        Assert.Equal([0, 2, -4], OpHarness.Run("Shrink", shrink, [Tensor.Vector(1, 3, -5)])[0].Span<int>().ToArray());
        Assert.Equal([0x3F800000], OpHarness.Run("BitCast", new AttributeMap { { "to", (long)DType.I32 } }, [Tensor.Vector(1f)])[0].Span<int>().ToArray());
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("BitCast", new AttributeMap { { "to", (long)DType.I64 } }, [x]));
    }

    private static bool Near(float expected, float actual) => Math.Abs(expected - actual) <= OpHarness.Tolerance * Math.Max(1, Math.Abs(expected));
}
