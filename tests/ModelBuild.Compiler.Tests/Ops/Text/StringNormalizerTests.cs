using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Text;

/// <summary>Cases and stop words, against ONNX Runtime. Its default locale is not on every machine; that of C changes ASCII only.</summary>
public sealed class StringNormalizerTests
{
    private static readonly Tensor s_words = Tensor.OfStrings(["Monday", "monday", "", "TUESDAY", "a b"], 5);

    [Theory]
    [InlineData("NONE")]
    [InlineData("LOWER")]
    [InlineData("UPPER")]
    public void CasesAreThoseOfOnnxRuntime(string action)
    {
        TextReferee.Compare("StringNormalizer", Attributes(action, 1), [s_words]);
        TextReferee.Compare("StringNormalizer", Attributes(action, 0), [s_words.Reshape(1, 5)]);
        foreach (int sensitive in (int[])[0, 1])
        {
            TextReferee.Compare("StringNormalizer", Attributes(action, sensitive, "monday", "A B"), [s_words]);
            foreach (string word in s_words.ToStringArray())
            {
                TextReferee.Compare("StringNormalizer", Attributes(action, sensitive, "monday", "A B"), [Tensor.OfStrings([word], 1)]);
            }
        }
    }

    [Fact]
    public void LettersOfEveryLanguageHaveCases()
    {
        Tensor words = Tensor.OfStrings(["\u00c9\u00c0\u0416 \u01c5", "stra\u00dfe"], 2);
        Assert.Equal(["\u00e9\u00e0\u0436 \u01c6", "stra\u00dfe"], OpHarness.Run("StringNormalizer", new() { { "case_change_action", "LOWER" } }, [words])[0].ToStringArray());
    }

    [Fact]
    public void OtherCasesAndShapesAreErrors()
    {
        Errors.Expect(Descriptors.UnsupportedAttribute, () => TextReferee.GraphOf("StringNormalizer", Attributes("TITLE", 1), [s_words]));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => TextReferee.GraphOf("StringNormalizer", new() { { "locale", "tr_TR" } }, [s_words]));
        Errors.Expect(Descriptors.ShapeMismatch, () => TextReferee.GraphOf("StringNormalizer", [], [Tensor.OfStrings(["a", "b"], 2, 1)]));
    }

    private static AttributeMap Attributes(string action, long isCaseSensitive, params string[] stops)
    {
        AttributeMap attributes = new() { { "case_change_action", action }, { "is_case_sensitive", isCaseSensitive }, { "locale", "C" } };
        if (stops.Length > 0)
        {
            attributes["stopwords"] = new StringsAttribute(stops);
        }

        return attributes;
    }
}
