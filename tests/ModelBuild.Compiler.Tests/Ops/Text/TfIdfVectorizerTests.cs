using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Text;

public sealed class TfIdfVectorizerTests
{
    [Theory]
    [InlineData("TF", new float[] { 2, 0, 1, 2 })]
    [InlineData("IDF", new float[] { 1, 0, 3, 5 })]
    [InlineData("TFIDF", new float[] { 2, 0, 3, 10 })]
    public void Grams_are_counted_weighted_or_both(string mode, float[] expected)
    {
        // The tokens 7 and 8, the pairs (7, 8) and (8, 7); the pair (7, 8) appears side by side and with one token left out.
        AttributeMap attributes = Attributes(mode, [7, 8, 7, 8, 8, 7], [0, 2], [0, 2, 3, 1]);
        attributes["weights"] = new FloatsAttribute([1, 3, 5, 7]);
        attributes["max_skip_count"] = new IntAttribute(1);

        Assert.Equal(expected, OpHarness.Run("TfIdfVectorizer", attributes, [Tensor.Vector<long>(7, 7, 8)])[0].Span<float>().ToArray());
    }

    [Fact]
    public void Random_sequences_agree_with_the_reference()
    {
        Random random = new(1);
        for (int i = 0; i < 20; i++)
        {
            int[] sizes = [random.Next(4), random.Next(6), random.Next(6)];
            long[] pool = [.. Enumerable.Range(0, sizes[0] + (2 * sizes[1]) + (3 * sizes[2])).Select(_ => (long)random.Next(-2, 3))];
            AttributeMap attributes = Attributes("TF", pool, [0, sizes[0], sizes[0] + (2 * sizes[1])], [.. Enumerable.Range(0, Math.Max(1, sizes.Sum())).Select(_ => (long)random.Next(9))]);
            attributes["min_gram_length"] = new IntAttribute(random.Next(1, 3));
            attributes["max_gram_length"] = new IntAttribute(random.Next(2, 4));
            attributes["max_skip_count"] = new IntAttribute(random.Next(4));
            int[] tokens = [.. Enumerable.Range(0, 3 * 11).Select(_ => random.Next(-2, 3))];
            OpHarness.Run("TfIdfVectorizer", attributes, [Tensor.Create<int>(tokens, 3, 11)]);
        }
    }

    [Fact]
    public void Strings_are_counted_as_in_onnx_runtime()
    {
        AttributeMap attributes = Attributes("TFIDF", [], [0, 2], [0, 2, 3, 1]);
        attributes.Remove("pool_int64s");
        attributes["pool_strings"] = new StringsAttribute(["the", "cat", "the", "cat", "cat", "the"]);
        attributes["weights"] = new FloatsAttribute([1, 3, 5, 7]);
        attributes["max_skip_count"] = new IntAttribute(1);
        Tensor tokens = Tensor.OfStrings(["the", "the", "cat", "Cat", "the", "cat", "", "cat", "the", "mat"], 2, 5);
        TextReferee.Compare("TfIdfVectorizer", attributes, [tokens]);
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("TfIdfVectorizer", attributes, [Tensor.Vector<long>(1)]));
    }

    [Fact]
    public void Two_pools_and_unknown_modes_are_errors()
    {
        AttributeMap attributes = Attributes("TF", [1], [0], [0]);
        attributes["pool_strings"] = new StringsAttribute(["a"]);
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("TfIdfVectorizer", attributes, [Tensor.Vector<long>(1)]));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("TfIdfVectorizer", Attributes("BM25", [1], [0], [0]), [Tensor.Vector<long>(1)]));
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("TfIdfVectorizer", Attributes("TF", [1, 2], [0], [0]), [Tensor.Vector<long>(1)]));
    }

    private static AttributeMap Attributes(string mode, long[] pool, long[] starts, long[] columns) => new()
    {
        { "mode", mode }, { "pool_int64s", pool }, { "ngram_counts", starts }, { "ngram_indexes", columns }, { "min_gram_length", 1 }, { "max_gram_length", 2 }, { "max_skip_count", 0 },
    };
}
