using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Verification;

/// <summary>Inputs made without data must be ones that the model can be given.</summary>
public sealed class SeededInputsTests
{
    private const int Count = 200;

    [Theory]
    [InlineData(DType.I64)]
    [InlineData(DType.I32)]
    public void IndicesAreRowsOfTheSmallestTableThatTheyReach(DType type)
    {
        Graph graph = new(Operators.Set);
        Value ids = graph.AddInput("ids", new TensorType(type, Shape.Of(2, Count)));
        Value moved = graph.Add("Transpose", "t", [graph.Add("Cast", "c", [ids], new AttributeMap { { "to", (long)DType.I64 } })]);
        graph.AddOutput("large", graph.Add("Gather", "g", [graph.AddConstant("table", new Tensor(DType.F32, [90, 3])), ids]));
        graph.AddOutput("small", graph.Add("Gather", "h", [graph.AddConstant("table", new Tensor(DType.F32, [3, 30])), moved], new AttributeMap { { "axis", 1L } }));
        TypeInference.Run(graph);

        long[] values = SeededInputs.Make(graph, 1)[0][0].ToInt64Array();

        Assert.Equal(0, values.Min());
        Assert.Equal(29, values.Max());
    }

    [Fact]
    public void StringsAreThoseThatTheModelKnowsAndOneThatItDoesNot()
    {
        Graph graph = new(Operators.Set);
        Value words = graph.AddInput("words", new TensorType(DType.String, Shape.Of(1, Count)));
        Value moved = graph.Add("Transpose", "t", [words]);
        graph.AddOutput("equal", graph.Add("Equal", "e", [moved, graph.AddConstant("word", Tensor.OfStrings(["cat"]))]));
        graph.AddOutput("counted", graph.Add("TfIdfVectorizer", "v", [words], new AttributeMap
        {
            { "mode", "TF" }, { "pool_strings", new StringsAttribute(["dog", "cow"]) }, { "ngram_counts", [0L] }, { "ngram_indexes", [0L, 1L] },
            { "min_gram_length", 1L }, { "max_gram_length", 1L }, { "max_skip_count", 0L },
        }));
        TypeInference.Run(graph);

        string[] values = SeededInputs.Make(graph, 1)[0][0].ToStringArray();

        Assert.Equal(["cat", "cow", "dog", "unknown"], values.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(values, SeededInputs.Make(graph, 1)[0][0].ToStringArray());
    }

    [Theory]
    [InlineData("ReduceSum", DType.I64, new long[] { 4, 3, 2 }, 2)]
    [InlineData("Squeeze", DType.I64, new long[] { 1, 3, 1, 1 }, 2)]
    [InlineData("Unsqueeze", DType.I64, new long[] { 4, 3 }, 3)]
    [InlineData("Reshape", DType.I64, new long[] { 4, 3, 2 }, 2)]
    [InlineData("Reshape", DType.I64, new long[] { 4, 3, 2 }, 5)]
    [InlineData("Expand", DType.I64, new long[] { 3, 1 }, 1)]
    [InlineData("Expand", DType.I64, new long[] { 3, 1 }, 4)]
    [InlineData("Tile", DType.I64, new long[] { 3, 1 }, 2)]
    [InlineData("ReduceMax", DType.I32, new long[] { 4, 3, 2 }, 1)]
    public void ListsOfAxesAndSizesFitWhatTheyAreGivenTo(string op, DType type, long[] dims, int length)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(dims)));
        Value list = graph.AddInput("list", new TensorType(type, Shape.Of(length)));
        Value cast = graph.Add("Cast", "cast", [list], new AttributeMap { { "to", (long)DType.I64 } });
        graph.AddOutput("y", graph.Add(op, "node", [graph.Add("Neg", "negative", [x]), cast]));
        TypeInference.Run(graph);

        IReadOnlyList<IReadOnlyList<Tensor>> samples = SeededInputs.Make(graph, 12);

        Assert.All(samples, s => Assert.Single(ReferenceEvaluator.Run(graph, s)));
        Assert.True(op == "Squeeze" || samples.Select(s => string.Join(',', s[1].ToInt64Array())).Distinct().Count() > 1 || length == 1);
    }

    [Fact]
    public void MasksKeepSomethingOfEveryRow()
    {
        Graph graph = new(Operators.Set);
        Value mask = graph.AddInput("attention_mask", new TensorType(DType.I64, Shape.Of(Count, 2)));
        graph.AddOutput("y", graph.Add("Cast", "c", [mask], new AttributeMap { { "to", (long)DType.F32 } }));
        TypeInference.Run(graph);

        long[] values = SeededInputs.Make(graph, 1)[0][0].ToInt64Array();

        Assert.Equal([0L, 1L], values.Distinct().Order());
        Assert.All(values.Chunk(2), row => Assert.Equal(1, row[0]));
    }
}
