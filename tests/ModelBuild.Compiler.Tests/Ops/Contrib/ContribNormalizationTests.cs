using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Contrib;

/// <summary>Normalisations with a residual or embeddings before them against ONNX Runtime.</summary>
public sealed class ContribNormalizationTests
{
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    [InlineData(false, true, true)]
    public void SkipLayerNormalization(bool hasBeta, bool hasBias, bool wantsSum)
    {
        Tensor?[] inputs = [ContribCheck.Random(1, 2, 3, 8), ContribCheck.Random(2, 2, 3, 8), ContribCheck.Random(3, 8), hasBeta ? ContribCheck.Random(4, 8) : null, hasBias ? ContribCheck.Random(5, 8) : null];
        ContribCheck.Run("SkipLayerNormalization", new AttributeMap { { "epsilon", 1e-3f } }, Trim(inputs), [0, 1], wanted: wantsSum ? [0, 3] : [0]);
    }

    [Fact]
    public void SkipsMayBroadcast() =>
        ContribCheck.Run("SkipLayerNormalization", [], [ContribCheck.Random(1, 2, 3, 8), ContribCheck.Random(2, 1, 3, 8), ContribCheck.Random(3, 8), ContribCheck.Random(4, 8)], [0]);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void SkipSimplifiedLayerNormalization(bool hasBias, bool wantsSum)
    {
        Tensor?[] inputs = [ContribCheck.Random(1, 2, 3, 8), ContribCheck.Random(2, 2, 3, 8), ContribCheck.Random(3, 8), hasBias ? ContribCheck.Random(5, 8) : null];
        ContribCheck.Run("SkipSimplifiedLayerNormalization", new AttributeMap { { "epsilon", 1e-3f } }, Trim(inputs), [0, 1], wanted: wantsSum ? [0, 3] : [0]);
    }

    [Theory]
    [InlineData(-1L, "2,3,8", "8")]
    [InlineData(1L, "2,3,8", "3,8")]
    public void SimplifiedLayerNormalization(long axis, string x, string scale) =>
        ContribCheck.Run("SimplifiedLayerNormalization", new AttributeMap { { "axis", axis }, { "epsilon", 1e-3f } }, [ContribCheck.Random(1, Dims(x)), ContribCheck.Random(3, Dims(scale))], [0], domain: "");

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public void EmbedLayerNormalization(bool hasSegments, bool hasPositions, bool hasMask)
    {
        Tensor?[] inputs =
        [
            ContribCheck.Integers(1, 0, 20, 2, 6), hasSegments ? ContribCheck.Integers(2, 0, 2, 2, 6) : null, ContribCheck.Random(3, 20, 8), ContribCheck.Random(4, 10, 8), hasSegments ? ContribCheck.Random(5, 2, 8) : null,
            ContribCheck.Random(6, 8), ContribCheck.Random(7, 8), hasMask ? Tensor.Create<int>([1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0], 2, 6) : null, hasPositions ? ContribCheck.Integers(8, 0, 10, 2, 6) : null,
        ];
        int[] variables = [.. new[] { 0, 1, 7, 8 }.Where(i => inputs[i] is not null)];
        ContribCheck.Run("EmbedLayerNormalization", new AttributeMap { { "epsilon", 1e-5f }, { "mask_index_type", hasMask ? 1L : 0L } }, Trim(inputs), variables, wanted: hasMask ? [0, 1, 2] : [0]);
    }

    private static Tensor?[] Trim(Tensor?[] inputs) => inputs[..(Array.FindLastIndex(inputs, i => i is not null) + 1)];

    private static long[] Dims(string text) => [.. text.Split(',').Select(long.Parse)];
}
