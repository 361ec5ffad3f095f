using System.Text.RegularExpressions;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Text;

/// <summary>Regular expressions as tables: the strings that they match are those of .NET's engine and of ONNX Runtime.</summary>
public sealed class PatternTests
{
    private const int RandomPatterns = 300;

    [Theory]
    [InlineData("")]
    [InlineData("a*b|c")]
    [InlineData("(?:ab|a)(bc)?")]
    [InlineData("[a-c]{2,3}x?")]
    [InlineData("[^a-c]+")]
    [InlineData("a.c")]
    [InlineData("^a+$")]
    [InlineData("\\ba+\\b.*")]
    [InlineData("(\\W|^)[\\w.\\-]{0,25}@(yahoo|gmail)\\.com(\\W|$)")]
    [InlineData("\\d+(\\.\\d*)?")]
    [InlineData("[\\]a\\-]*")]
    [InlineData("a{,2}")]
    [InlineData("\\x61\\t?")]
    [InlineData("(a*)*b")]
    public void AMatchIsThatOfOnnxRuntime(string pattern)
    {
        Random random = new(1);
        string[] texts = [.. Texts(random, 40), "", "a", "aaa", "abc", "ab", "12.5", "joe@gmail.com", "x joe@gmail.com y", "a{,2}", "aaaab", "a\n", "\ud83d\ude00", "a\ud83d\ude00c", "]a-"];
        TextReferee.Compare("RegexFullMatch", new() { { "pattern", pattern } }, [Tensor.OfStrings(texts, texts.Length)]);
    }

    [Fact]
    public void RandomPatternsMatchAsInDotNet()
    {
        Random random = new(2);
        int matches = 0;
        for (int i = 0; i < RandomPatterns; i++)
        {
            string pattern = Pattern(random, 3);
            Regex regex = new($"\\A(?:{pattern})\\z", RegexOptions.CultureInvariant);
            Tensor texts = Tensor.OfStrings([.. Texts(random, 20)], 20);
            bool[] expected = [.. texts.ToStringArray().Select(t => regex.IsMatch(t))];
            Assert.Equal(expected, OpHarness.Run("RegexFullMatch", new() { { "pattern", pattern } }, [texts])[0].Span<bool>().ToArray());
            matches += expected.Count(m => m);
        }

        Assert.InRange(matches, RandomPatterns / 10, RandomPatterns * 20);
    }

    [Theory]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("*a")]
    [InlineData("a**")]
    [InlineData("a\\")]
    [InlineData("[b-a]")]
    [InlineData("(?i)a")]
    [InlineData("\\p{L}")]
    [InlineData("a{2000}")]
    [InlineData("[[:cats:]]")]
    public void BrokenAndUnsupportedPatternsAreErrors(string pattern) =>
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("RegexFullMatch", new() { { "pattern", pattern } }, [Tensor.OfStrings(["a"], 1)]));

    private static IEnumerable<string> Texts(Random random, int count) =>
        Enumerable.Range(0, count).Select(_ => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "abc_ "[random.Next(5)])));

    private static string Pattern(Random random, int depth) => random.Next(depth > 0 ? 8 : 3) switch
    {
        0 => "ab"[random.Next(2)].ToString(),
        1 => random.Next(4) switch { 0 => "[ab]", 1 => "[^b]", 2 => ".", _ => "[a-c_]" },
        2 => random.Next(4) switch { 0 => "\\b", 1 => "^", 2 => "$", _ => "c" },
        3 => $"(?:{Pattern(random, depth - 1)})*",
        4 => $"(?:{Pattern(random, depth - 1)}|{Pattern(random, depth - 1)})",
        5 => $"(?:{Pattern(random, depth - 1)})" + "?+"[random.Next(2)],
        6 => $"(?:{Pattern(random, depth - 1)}){{1,2}}",
        _ => Pattern(random, depth - 1) + Pattern(random, depth - 1),
    };
}
