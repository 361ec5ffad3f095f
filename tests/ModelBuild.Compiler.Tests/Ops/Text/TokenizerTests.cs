using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Ops.Text;

/// <summary>Texts into tokens and their weights, against ONNX Runtime.</summary>
public sealed class TokenizerTests
{
    private const string Microsoft = "com.microsoft";

    private static readonly string[] s_texts =
    [
        "the cat sat on the mat", "  the, cat;the  dog", "", "the", "one. two? three!", "caf\u00e9 \ud83d\ude00 na\u00efve", "a bb ccc dddd", "cat.cat,cat cat", "the cat the cat the mat on the cat sat on",
    ];

    public static TheoryData<string> Kinds => ["separators:  ", "separators: ;,;\\?;\\.", "separators:the;at;c", "separators:at|a;t", "separators:", "tokenexp:[a-z]+", "tokenexp:[a-zA-Z0-9_]+", "tokenexp:a|at|[^ ]", "tokenexp:[[:alpha:]]+"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TokensAreThoseOfOnnxRuntime(string kind)
    {
        TextReferee.Compare("Tokenizer", Attributes(kind, 1), [Tensor.OfStrings(s_texts, s_texts.Length)], Microsoft);
        TextReferee.Compare("Tokenizer", Attributes(kind, 1), [Tensor.OfStrings(s_texts, 3, 3)], Microsoft);
        if (kind != "separators:")
        {
            TextReferee.Compare("Tokenizer", Attributes(kind, 2), [Tensor.OfStrings(s_texts, s_texts.Length)], Microsoft);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WeightsOfTokensAreThoseOfOnnxRuntime(string kind)
    {
        foreach (int longest in (int[])[1, 2])
        {
            Graph graph = Counted(kind, longest, s_texts.Length, 1);
            TextReferee.Compare(graph, [Tensor.OfStrings(s_texts, s_texts.Length, 1)]);
            Graph one = Counted(kind, longest, 1, 1);
            TextReferee.Compare(one, [Tensor.OfStrings([s_texts[^1]], 1, 1)]);
        }

        TextReferee.Compare(Counted(kind, 1, 3, 3), [Tensor.OfStrings(s_texts, 3, 3)]);
    }

    [Fact]
    public void TokensBecomeOneOperatorWithTheirWeights()
    {
        Graph graph = Counted("tokenexp:[a-z]+", 2, 1, 1);
        PassRunner.Run(graph, PassPipelines.Lowering, default);
        Assert.Equal("TokenWeights", Assert.Single(graph.Nodes).OpType);
    }

    [Fact]
    public void NGramsOverSeveralTextsAreMadeOfTheirTokens()
    {
        Graph graph = Counted("tokenexp:[a-z]+", 2, 3, 3);
        TextReferee.Compare(graph, [Tensor.OfStrings(s_texts, 3, 3)]);
    }

    [Fact]
    public void UnsupportedSettingsAreErrors()
    {
        Tensor x = Tensor.OfStrings(["a"], 1);
        AttributeMap marked = Attributes("tokenexp:a", 1);
        marked["mark"] = new IntAttribute(1);
        Errors.Expect(Descriptors.UnsupportedAttribute, () => TextReferee.GraphOf("Tokenizer", marked, [x], Microsoft));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => TextReferee.GraphOf("Tokenizer", Attributes("tokenexp:a*", 1), [x], Microsoft));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => TextReferee.GraphOf("Tokenizer", Attributes("separators:\\b", 1), [x], Microsoft));
        Errors.Expect(Descriptors.InvalidNode, () => TextReferee.GraphOf("Tokenizer", new() { { "mincharnum", 1 }, { "pad_value", "#" } }, [x], Microsoft));
        Errors.Expect(Descriptors.InvalidNode, () => TextReferee.GraphOf("Tokenizer", Attributes("tokenexp:a", 0), [x], Microsoft));
    }

    private static Graph Counted(string kind, int longest, int rows, int texts)
    {
        Graph graph = new(Operators.Set, "test");
        graph.Opsets[Microsoft] = 1;
        Value x = graph.AddInput("x", new TensorType(DType.String, Shape.Of(rows, texts)));
        Value tokens = graph.AddNode(Microsoft, "Tokenizer", "tokens", [x], ["tokens"], Attributes(kind, 1)).Output;
        Value flat = graph.AddNode("", "Flatten", "flat", [tokens], ["flat"], new() { { "axis", 1 } }).Output;
        AttributeMap pool = new()
        {
            { "mode", "TFIDF" }, { "min_gram_length", 1 }, { "max_gram_length", longest }, { "max_skip_count", longest - 1 },
            { "ngram_counts", [0, 5] }, { "ngram_indexes", [4, 0, 1, 2, 3, 6, 5] }, { "weights", new FloatsAttribute([1, 2, 3, 0.5f, 4, 5, 6]) },
            { "pool_strings", new StringsAttribute(["the", "cat", "a", "caf\u00e9", " ", "the", "cat", "cat", "the"]) },
        };
        graph.AddOutput("y", graph.AddNode("", "TfIdfVectorizer", "weights", [flat], ["y"], pool).Output);
        TypeInference.Run(graph);
        return graph;
    }

    private static AttributeMap Attributes(string kind, int least)
    {
        string[] parts = kind.Split(':', 2);
        AttributeMap attributes = new() { { "mark", 0 }, { "mincharnum", least }, { "pad_value", "#" } };
        attributes[parts[0]] = parts[0] == "tokenexp" ? new StringAttribute(parts[1]) : new StringsAttribute(parts[1].Split(';'));
        return attributes;
    }
}
