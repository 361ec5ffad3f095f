using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Contrib;

/// <summary>Attention and rotations against ONNX Runtime, always with a batch.</summary>
public sealed class ContribAttentionTests
{
    private const int Batch = 3;
    private const int Length = 5;

    public static TheoryData<string, bool, bool, long> Cases => new() { { "", false, false, 0 }, { "lengths", false, false, 0 }, { "ranges", false, false, 0 }, { "keys", false, false, 0 }, { "queries", false, true, 0 }, { "", true, true, 1 }, { "keys", true, false, 1 }, { "queries", true, true, 0 } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Attention(string mask, bool hasPast, bool hasBias, long unidirectional)
    {
        int past = hasPast ? 2 : 0;
        Tensor?[] inputs =
        [
            ContribCheck.Random(1, Batch, Length, 6), ContribCheck.Random(2, 6, 24), ContribCheck.Random(3, 24), Mask(mask, past),
            hasPast ? ContribCheck.Random(4, 2, Batch, 2, past, 4) : null, hasBias && !hasPast ? ContribCheck.Random(5, 1, 2, Length, Length) : null,
        ];

        // ONNX Runtime takes either a past or a bias.
        int[] variables = [.. new[] { 0, 3, 4, 5 }.Where(i => inputs[i] is not null)];
        ContribCheck.Run("Attention", new AttributeMap { { "num_heads", 2L }, { "unidirectional", unidirectional } }, Trim(inputs), variables, wanted: hasPast ? [0, 1] : [0]);
    }

    [Fact]
    public void AttentionTakesValuesOfAnotherSize()
    {
        AttributeMap attributes = new() { { "num_heads", 2L }, { "qkv_hidden_sizes", [8L, 8L, 4L] }, { "scale", 0.3f }, { "mask_filter_value", -50f } };
        ContribCheck.Run("Attention", attributes, [ContribCheck.Random(1, Batch, Length, 6), ContribCheck.Random(2, 6, 20), ContribCheck.Random(3, 20), Mask("keys", 0)], [0, 3]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void MultiHeadAttention(string mask, bool hasPast, bool hasBias, long unidirectional)
    {
        if (mask == "ranges")
        {
            return;
        }

        int past = hasPast ? 2 : 0;
        Tensor?[] inputs =
        [
            ContribCheck.Random(1, Batch, Length, 8), ContribCheck.Random(2, Batch, Length, 8), ContribCheck.Random(3, Batch, Length, 8), hasBias ? ContribCheck.Random(4, 24) : null, Mask(mask, past),
            hasBias ? ContribCheck.Random(5, Batch, 2, Length, Length + past) : null, hasPast ? ContribCheck.Random(6, Batch, 2, past, 4) : null, hasPast ? ContribCheck.Random(7, Batch, 2, past, 4) : null,
        ];
        int[] variables = [.. new[] { 0, 1, 2, 4, 5, 6, 7 }.Where(i => inputs[i] is not null)];
        ContribCheck.Run("MultiHeadAttention", new AttributeMap { { "num_heads", 2L }, { "unidirectional", unidirectional } }, Trim(inputs), variables, wanted: hasPast ? [0, 1, 2] : [0]);
    }

    [Fact]
    public void MultiHeadAttentionTakesPackedOperands()
    {
        // ONNX Runtime takes them on other devices only: the result must be that of the operands apart.
        AttributeMap attributes = new() { { "num_heads", 2L } };
        Tensor packed = ContribCheck.Random(1, Batch, Length, 2, 3, 4);
        Tensor[] apart = [.. Enumerable.Range(0, 3).Select(i => Part(packed, i))];
        Tensor[] expected = ContribCheck.Run("MultiHeadAttention", attributes, apart, [0, 1, 2]);
        ContribCheck.AssertNear("packed", expected, ContribCheck.Plan("MultiHeadAttention", attributes, [packed], [0]), ContribCheck.Tolerance);
        Tensor pairs = ContribCheck.Random(2, Batch, 7, 2, 2, 4);
        expected = ContribCheck.Run("MultiHeadAttention", attributes, [apart[0], Part(pairs, 0), Part(pairs, 1)], [0, 1, 2]);
        ContribCheck.AssertNear("pairs", expected, ContribCheck.Plan("MultiHeadAttention", attributes, [apart[0], pairs], [0, 1]), ContribCheck.Tolerance);
    }

    [Fact]
    public void MultiHeadAttentionTakesOtherLengthsAndSizes()
    {
        AttributeMap attributes = new() { { "num_heads", 2L } };
        ContribCheck.Run("MultiHeadAttention", attributes, [ContribCheck.Random(1, Batch, Length, 8), ContribCheck.Random(2, Batch, 2, 7, 4), ContribCheck.Random(3, Batch, 2, 7, 4)], [0, 1, 2]);
        ContribCheck.Run("MultiHeadAttention", attributes, [ContribCheck.Random(1, Batch, Length, 8), ContribCheck.Random(2, Batch, 7, 8), ContribCheck.Random(3, Batch, 7, 12)], [0, 1, 2]);
    }

    [Theory]
    [InlineData(0L, 0L, false, true)]
    [InlineData(1L, 0L, false, true)]
    [InlineData(0L, 4L, true, true)]
    [InlineData(0L, 0L, true, false)]
    [InlineData(1L, 4L, true, false)]
    public void RotaryEmbedding(long interleaved, long rotated, bool hasHeads, bool perToken)
    {
        long angles = rotated == 0 ? 4 : rotated / 2;
        AttributeMap attributes = new() { { "interleaved", interleaved }, { "rotary_embedding_dim", rotated } };
        if (hasHeads)
        {
            attributes.Add("num_heads", 2L);
        }

        Tensor positions = perToken
            ? Tensor.Create<long>([.. Enumerable.Range(0, Batch * Length).Select(i => (long)(i * 7 % 11))], Batch, Length)
            : Tensor.Vector(3L);
        ContribCheck.Run("RotaryEmbedding", attributes, [ContribCheck.Random(1, Batch, Length, 16), positions, ContribCheck.Random(2, 11, angles), ContribCheck.Random(3, 11, angles)], [0, 1]);
        ContribCheck.Run("RotaryEmbedding", attributes, [ContribCheck.Random(1, Batch, 2, Length, 8), positions, ContribCheck.Random(2, 11, angles), ContribCheck.Random(3, 11, angles)], [0, 1]);
    }

    [Fact]
    public void WhatIsNotSupportedIsRefused()
    {
        Tensor x = ContribCheck.Random(1, Batch, Length, 6);
        Tensor w = ContribCheck.Random(2, 6, 24);
        ContribCheck.Refuses(Descriptors.UnsupportedAttribute, "Attention", new AttributeMap { { "num_heads", 2L }, { "do_rotary", 1L } }, x, w);
        ContribCheck.Refuses(Descriptors.InvalidNode, "Attention", new AttributeMap { { "num_heads", 3L } }, x, w);
        ContribCheck.Refuses(Descriptors.ShapeMismatch, "Attention", new AttributeMap { { "num_heads", 2L } }, x, w, null, ContribCheck.Integers(1, 0, 1, (3 * Batch) + 2));
        ContribCheck.Refuses(Descriptors.ShapeMismatch, "Attention", new AttributeMap { { "num_heads", 2L } }, x, w, null, ContribCheck.Integers(1, 0, 1, Batch, 1, Length, Length));
        ContribCheck.Refuses(Descriptors.ShapeMismatch, "MultiHeadAttention", new AttributeMap { { "num_heads", 4L } }, x, x, x);
        ContribCheck.Refuses(Descriptors.ShapeMismatch, "Attention", new AttributeMap { { "num_heads", 2L } }, x, Tensor.Scalar(1f));
        ContribCheck.Refuses(Descriptors.ShapeMismatch, "Attention", new AttributeMap { { "num_heads", 2L } }, x, w, null, null, ContribCheck.Random(3, 2, 4));
        ContribCheck.Refuses(Descriptors.UnsupportedAttribute, "RotaryEmbedding", new AttributeMap { { "is_packed_batching", 1L } }, x, Tensor.Vector(0L), w, w);
    }

    /// <summary>One part of [batch, length, heads, parts, size] as [batch, length, heads * size].</summary>
    private static Tensor Part(Tensor packed, int part)
    {
        int parts = (int)packed.Dims[3];
        int size = (int)packed.Dims[4];
        float[] values = [.. packed.Span<float>().ToArray().Where((_, i) => i / size % parts == part)];
        return Tensor.Create<float>(values, packed.Dims[0], packed.Dims[1], packed.Dims[2] * size);
    }

    private static Tensor? Mask(string kind, int past) => kind switch
    {
        "lengths" => Tensor.Vector(5, 3, 1),
        "ranges" => Tensor.Vector(5, 4, 5, 0, 1, 3),
        "keys" => Marks(Batch, Length + past),
        "queries" => Marks(Batch, Length, Length + past),
        _ => null,
    };

    private static Tensor Marks(params long[] dims)
    {
        Tensor mask = ContribCheck.Integers(9, 0, 2, dims);
        mask.MutableSpan<int>()[0] = 1;
        return mask;
    }

    private static Tensor?[] Trim(Tensor?[] inputs) => inputs[..(Array.FindLastIndex(inputs, i => i is not null) + 1)];
}
