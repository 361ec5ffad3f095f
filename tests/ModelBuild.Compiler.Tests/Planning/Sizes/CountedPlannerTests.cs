using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

public sealed class CountedPlannerTests
{
    private const int Boxes = 12;
    private const int Classes = 3;

    [Fact]
    public void TheIndicesOfWhatIsNotZeroAreCounted()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(2, 3, 4)));
        graph.AddOutput("y", graph.Add("NonZero", "found", [x]));
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.True(Assert.Single(model.Plan.Dims).IsCounted);
        Assert.Equal(PlanSize.Of(24), model.Plan.Dims[0].Bound);
        foreach (int period in (int[])[1, 2, 5, 24, 100])
        {
            float[] values = [.. Enumerable.Range(1, 24).Select(i => i % period == 0 ? i : -0f)];
            Tensor y = CountedHarness.Check(graph, model, Tensor.Create(values, 2, 3, 4))[0];
            Assert.Equal([3, 24 / period], y.Dims.ToArray());
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(1)]
    public void WhatACallSelectsIsCompressed(int? axis)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(4, 4)));
        Value condition = graph.AddInput("condition", new TensorType(DType.Bool, new Shape(4)));
        AttributeMap attributes = axis is { } a ? new() { { "axis", (long)a } } : [];
        Value kept = graph.Add("Compress", "kept", [x, condition], attributes);
        graph.AddOutput("y", graph.Add("Exp", "exp", [kept]));
        CompiledModel model = CountedHarness.Compile(graph);
        for (int mask = 0; mask < 16; mask++)
        {
            bool[] keep = [.. Enumerable.Range(0, 4).Select(i => (mask >> i & 1) != 0)];
            CountedHarness.Check(graph, model, Tensor.Create<float>([.. Enumerable.Range(0, 16).Select(i => i / 8f)], 4, 4), Tensor.Vector<bool>(keep));
        }
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(null, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void DistinctElementsAreCountedOnceForAllOutputs(int? axis, int sorted)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.I64, new Shape(4, 3)));
        AttributeMap attributes = new() { { "sorted", (long)sorted } };
        if (axis is { } a)
        {
            attributes = new() { { "sorted", (long)sorted }, { "axis", (long)a } };
        }

        Node unique = graph.AddNode("", "Unique", "unique", [x], ["y", "indices", "inverse", "counts"], attributes);
        foreach (Value? output in unique.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Single(model.Plan.Dims);
        for (int seed = 0; seed < 8; seed++)
        {
            Random random = new(seed);
            CountedHarness.Check(graph, model, Tensor.Create<long>([.. Enumerable.Range(0, 12).Select(_ => (long)random.Next(0, (seed / 2) + 1))], 4, 3));
        }
    }

    [Fact]
    public void MoreSizesThanAPlanHoldsAreRefusedWithTheNode()
    {
        Graph graph = new(Operators.Set);
        for (int i = 0; i <= PlanDim.MostDims; i++)
        {
            Value x = graph.AddInput($"x{i}", new TensorType(DType.F32, new Shape(4)));
            graph.AddOutput($"y{i}", graph.Add("NonZero", $"found{i}", [x]));
        }

        ModelBuildException refusal = Assert.Throws<ModelBuildException>(() => CountedHarness.Compile(graph));

        Diagnostic diagnostic = Assert.Single(refusal.Diagnostics);
        Assert.Equal(Descriptors.SizeDependence, diagnostic.Descriptor);
        Assert.Equal($"found{PlanDim.MostDims}", diagnostic.Location.NodeName);
        Assert.Contains("more than 16 sizes", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADetectionHeadCountsItsBoxes()
    {
        (Graph graph, CompiledModel model) = Head();
        Assert.Equal(1, model.Plan.Steps.Count(s => s.Count >= 0));
        HashSet<long> seen = [];
        for (int seed = 0; seed < 12; seed++)
        {
            (Tensor boxes, Tensor scores) = Draw(seed, (seed % 4) switch { 0 => 1, 1 => 0.55f, 2 => 0.52f, _ => 0.3f });
            seen.Add(CountedHarness.Check(graph, model, boxes, scores)[0].Dims[0]);
        }

        Assert.Contains(0, seen);
        Assert.True(seen.Count > 3, string.Join(',', seen));
    }

    [Fact]
    public void CountsFollowCounts()
    {
        Graph graph = new(Operators.Set);
        Value boxes = graph.AddInput("boxes", new TensorType(DType.F32, new Shape(1, Boxes, 4)));
        Value scores = graph.AddInput("scores", new TensorType(DType.F32, new Shape(1, Classes, Boxes)));
        Value selected = Select(graph, boxes, scores);
        Value best = graph.Add("GatherND", "best", [scores, selected]);
        Value isGood = graph.Add("Greater", "isGood", [best, Scalar(graph, 0.8f)]);
        Value good = graph.Add("Compress", "good", [selected, isGood], new AttributeMap { { "axis", 0L } });
        graph.AddOutput("best", best);
        graph.AddOutput("good", graph.Add("Identity", "copy", [good]));
        graph.AddOutput("number", graph.Add("ReduceSum", "number", [graph.Add("Cast", "cast", [good], new AttributeMap { { "to", (long)DType.F32 } })], new AttributeMap { { "keepdims", 0L } }));
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Equal(2, model.Plan.Dims.Count);
        for (int seed = 0; seed < 8; seed++)
        {
            (Tensor b, Tensor s) = Draw(seed, seed / 8f);
            CountedHarness.Check(graph, model, b, s);
        }
    }

    [Theory]
    [InlineData(DType.F32)]
    [InlineData(DType.I32)]
    public void ARangeHasNoBound(DType type)
    {
        Graph graph = new(Operators.Set);
        Value[] inputs = [.. ((string[])["start", "limit", "delta"]).Select(n => graph.AddInput(n, new TensorType(type, Shape.Scalar)))];
        graph.AddOutput("y", graph.Add("Neg", "negative", [graph.Add("Range", "range", inputs)]));
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Null(Assert.Single(model.Plan.Dims).Bound);
        foreach ((int start, int limit, int delta) in ((int, int, int)[])[(0, 5, 1), (5, 0, 1), (10, -10, -3), (0, 100000, 1)])
        {
            CountedHarness.Check(graph, model, One(type, start), One(type, limit), One(type, delta));
        }
    }

    [Theory]
    [InlineData("HannWindow", 1)]
    [InlineData("HammingWindow", 0)]
    [InlineData("BlackmanWindow", 1)]
    public void AWindowIsAsLongAsACallSays(string op, int periodic)
    {
        Graph graph = new(Operators.Set);
        Value size = graph.AddInput("size", new TensorType(DType.I64, Shape.Scalar));
        graph.AddOutput("y", graph.Add(op, "window", [size], new AttributeMap { { "periodic", (long)periodic } }));
        CompiledModel model = CountedHarness.Compile(graph);
        foreach (long length in (long[])[0, 1, 2, 17, 400])
        {
            CountedHarness.Check(graph, model, Tensor.Scalar(length));
        }
    }

    [Fact]
    public void MelBandsAreThoseOfTheirNumbers()
    {
        Graph graph = new(Operators.Set);
        Value[] inputs = [.. ((string[])["bands", "length", "rate"]).Select(n => graph.AddInput(n, new TensorType(DType.I32, Shape.Scalar))),
            .. ((string[])["low", "high"]).Select(n => graph.AddInput(n, new TensorType(DType.F32, Shape.Scalar)))];
        graph.AddOutput("y", graph.Add("MelWeightMatrix", "mel", inputs));
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Equal(2, model.Plan.Dims.Count);
        foreach ((int bands, int length, int rate) in ((int, int, int)[])[(8, 64, 8000), (40, 512, 16000), (1, 16, 100)])
        {
            CountedHarness.Check(graph, model, Tensor.Scalar(bands), Tensor.Scalar(length), Tensor.Scalar(rate), Tensor.Scalar(0f), Tensor.Scalar(rate / 2f));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ALoopStacksAsManySlicesAsItHasIterations(bool hasCondition)
    {
        Graph graph = new(Operators.Set);
        Value count = graph.AddInput("count", new TensorType(DType.I64, Shape.Scalar));
        Value? runs = hasCondition ? graph.AddInput("runs", new TensorType(DType.Bool, Shape.Scalar)) : null;
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(3)));
        Graph body = new(Operators.Set);
        _ = body.AddInput("iteration", new TensorType(DType.I64, Shape.Scalar));
        Value condition = body.AddInput("condition", new TensorType(DType.Bool, Shape.Scalar));
        Value state = body.AddInput("state", new TensorType(DType.F32, new Shape(3)));
        Value next = body.Add("Add", "next", [state, body.AddConstant("one", Tensor.Scalar(1f))]);
        body.AddOutput("conditionOut", body.Add("Identity", "same", [condition]));
        body.AddOutput("stateOut", next);
        body.AddOutput("slice", body.Add("Mul", "twice", [next, next]));
        Node loop = graph.AddNode("", "Loop", "loop", [count, runs, x], ["last", "all"], new AttributeMap { { "body", new GraphAttribute(body) } });
        graph.AddOutput("last", loop.Outputs[0]!);
        graph.AddOutput("all", graph.Add("Neg", "negative", [loop.Outputs[1]!]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        foreach (long iterations in (long[])[0, 1, 2, 9, -3])
        {
            Tensor[] inputs = [Tensor.Scalar(iterations), Tensor.Vector<float>(1, 2, 3)];
            CountedHarness.Check(graph, model, hasCondition ? [inputs[0], Tensor.Scalar(iterations != 9), inputs[1]] : inputs);
        }
    }

    /// <summary>A bound keeps the slices of the most iterations; without one, or with one that is too large for that, the loop runs once more when it is known how often.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(8L)]
    [InlineData(1L << 30)]
    [InlineData(long.MaxValue)]
    public void ALoopStacksUntilItsConditionEndsIt(long? most)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(2)));
        Value limit = graph.AddInput("limit", new TensorType(DType.F32, Shape.Scalar));
        Value? bound = most is { } m ? graph.AddConstant("most", Tensor.Scalar(m)) : null;
        Value first = graph.Add("Less", "first", [graph.Add("ReduceMax", "start", [x], new AttributeMap { { "keepdims", 0L } }), limit]);
        Graph body = new(Operators.Set);
        _ = body.AddInput("iteration", new TensorType(DType.I64, Shape.Scalar));
        _ = body.AddInput("condition", new TensorType(DType.Bool, Shape.Scalar));
        Value state = body.AddInput("state", new TensorType(DType.F32, new Shape(2)));
        Value next = body.Add("Add", "next", [state, body.AddConstant("one", Tensor.Scalar(1f))]);
        body.AddOutput("conditionOut", body.Add("Less", "goesOn", [body.Add("ReduceMax", "greatest", [next], new AttributeMap { { "keepdims", 0L } }), limit]));
        body.AddOutput("stateOut", next);
        body.AddOutput("slice", body.Add("Mul", "square", [next, next]));
        Node loop = graph.AddNode("", "Loop", "loop", [bound, first, x], ["last", "all"], new AttributeMap { { "body", new GraphAttribute(body) } });
        graph.AddOutput("last", loop.Outputs[0]!);
        graph.AddOutput("all", graph.Add("Neg", "negative", [loop.Outputs[1]!]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        foreach (float end in (float[])[0, 1.5f, 2.5f, 7, 30])
        {
            Tensor all = CountedHarness.Check(graph, model, Tensor.Vector<float>(0, 1), Tensor.Scalar(end))[1];
            Assert.Equal(Math.Min(most ?? long.MaxValue, end <= 1 ? 0 : (long)Math.Ceiling(end - 1)), all.Dims[0]);
        }
    }

    [Fact]
    public void BranchesMayMakeOtherSizes()
    {
        Graph graph = new(Operators.Set);
        Value condition = graph.AddInput("condition", new TensorType(DType.Bool, Shape.Scalar));
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(2, 5)));
        Graph then = new(Operators.Set);
        then.AddOutput("all", then.Add("Neg", "negative", [x]));
        then.AddOutput("one", then.Add("ReduceSum", "sum", [x, Constant(then, 1)], new AttributeMap { { "keepdims", 1L } }));
        Graph otherwise = new(Operators.Set);
        otherwise.AddOutput("part", otherwise.Add("Slice", "slice", [x, Constant(otherwise, 1), Constant(otherwise, 4), Constant(otherwise, 1)]));
        otherwise.AddOutput("other", otherwise.Add("Exp", "exp", [x]));
        Node choice = graph.AddNode("", "If", "choice", [condition], ["y", "z"], new AttributeMap { { "then_branch", new GraphAttribute(then) }, { "else_branch", new GraphAttribute(otherwise) } });
        graph.AddOutput("y", graph.Add("Abs", "absolute", [choice.Outputs[0]!]));
        graph.AddOutput("z", choice.Outputs[1]!);
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Equal(2, model.Plan.Dims.Count);
        foreach (bool isTrue in (bool[])[true, false, true])
        {
            Tensor[] results = CountedHarness.Check(graph, model, Tensor.Scalar(isTrue), Tensor.Create<float>([.. Enumerable.Range(0, 10).Select(i => i / 4f)], 2, 5));
            Assert.Equal([2, isTrue ? 5 : 3], results[0].Dims.ToArray());
            Assert.Equal([2, isTrue ? 1 : 5], results[1].Dims.ToArray());
        }

        static Value Constant(Graph inner, params long[] values) => inner.AddConstant("ints", Tensor.Vector<long>(values));
    }

    [Fact]
    public void TheNumberMayBeAllThatIsWanted()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(2, 3)));
        graph.AddOutput("number", graph.Add("Shape", "number", [graph.Add("NonZero", "found", [x])]));
        CompiledModel model = CountedHarness.Compile(graph);
        foreach (int zeros in (int[])[0, 2, 6])
        {
            Tensor number = CountedHarness.Check(graph, model, Tensor.Create<float>([.. Enumerable.Range(0, 6).Select(i => i < zeros ? 0f : 1f)], 2, 3))[0];
            Assert.Equal([2, 6 - zeros], number.ToInt64Array());
        }
    }

    [Fact]
    public void WhatIsNumberedByACountIsCountedAgain()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(9)));
        Value end = graph.Add("Squeeze", "end", [graph.Add("Shape", "shape", [graph.Add("NonZero", "found", [x])], new AttributeMap { { "start", 1L } }), Ints(graph, 0)]);
        Value range = graph.Add("Range", "range", [graph.AddConstant("zero", Tensor.Scalar(0L)), end, graph.AddConstant("one", Tensor.Scalar(1L))]);
        Value isLater = graph.Add("Greater", "isLater", [range, graph.AddConstant("two", Tensor.Scalar(2L))]);
        graph.AddOutput("y", graph.Add("Compress", "later", [range, isLater]));
        CompiledModel model = CountedHarness.Compile(graph);
        Assert.Equal(2, model.Plan.Dims.Count);
        foreach (int zeros in (int[])[0, 5, 6, 7, 9])
        {
            CountedHarness.Check(graph, model, Tensor.Vector<float>([.. Enumerable.Range(0, 9).Select(i => i < zeros ? 0f : 1f)]));
        }
    }

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(-2, int.MaxValue, 1)]
    [InlineData(-1, int.MinValue, -1)]
    [InlineData(0, int.MaxValue, 2)]
    public void ASliceOfWhatIsFoundKeepsWhatThereIs(long from, long to, long step)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(2)));
        Value most = graph.AddInput("most", new TensorType(DType.F32, new Shape(12)));
        foreach (Value values in (Value[])[x, most])
        {
            Value found = graph.Add("NonZero", $"found{values.Name}", [values]);
            Value part = graph.Add("Slice", $"part{values.Name}", [found, Ints(graph, from), Ints(graph, to), Ints(graph, 1), Ints(graph, step)]);
            graph.AddOutput($"y{values.Name}", graph.Add("Neg", $"negative{values.Name}", [part]));
        }

        CompiledModel model = CountedHarness.Compile(graph);
        foreach (int zeros in (int[])[0, 1, 2, 9, 12])
        {
            float[] values = [.. Enumerable.Range(0, 12).Select(i => i < zeros ? 0f : 1f)];
            CountedHarness.Check(graph, model, Tensor.Vector<float>(values[..2]), Tensor.Vector<float>(values));
        }
    }

    [Fact]
    public void ProductsOfNoRowsAreEmpty()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(3, 2)));
        Value keep = graph.AddInput("keep", new TensorType(DType.Bool, new Shape(3)));
        Value rows = graph.Add("Compress", "rows", [x, keep], new AttributeMap { { "axis", 0L } });
        Value w = graph.AddConstant("w", Tensor.Create<float>([1, 2, 3, 4, 5, 6], 2, 3));
        graph.AddOutput("y", graph.Add("MatMul", "y", [rows, w]));
        graph.AddOutput("square", graph.Add("MatMul", "square", [rows, graph.Add("Transpose", "turned", [rows])]));
        graph.AddOutput("inner", graph.Add("MatMul", "inner", [graph.Add("Transpose", "turnedToo", [rows]), rows]));
        CompiledModel model = CountedHarness.Compile(graph);
        for (int mask = 0; mask < 8; mask++)
        {
            CountedHarness.Check(graph, model, Tensor.Create<float>([1, 2, 3, 4, 5, 6], 3, 2), Tensor.Vector<bool>((mask & 1) != 0, (mask & 2) != 0, (mask & 4) != 0));
        }
    }

    [Theory]
    [InlineData(",", 100)]
    [InlineData("", 100)]
    [InlineData("", 1)]
    [InlineData("ab", 2)]
    public void PartsOfStringsAreAsManyAsTheLongestHas(string delimiter, int most)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.String, new Shape(3)));
        Node split = graph.AddNode("", "StringSplit", "split", [x], ["parts", "numbers"], new AttributeMap { { "delimiter", delimiter }, { "maxsplit", (long)most } });
        graph.AddOutput("parts", split.Outputs[0]!);
        graph.AddOutput("numbers", split.Outputs[1]!);
        CompiledModel model = CountedHarness.Compile(graph);
        foreach (string[] texts in (string[][])[["a,b", "", "c"], ["", "", ""], [" a  b ab,cab d e ", "abab", ",,"], ["one", "two three", " "]])
        {
            CountedHarness.Check(graph, model, Tensor.OfStrings(texts, 3));
        }
    }

    [Fact]
    public void StopWordsAreLeftOut()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.String, new Shape(1, 4)));
        AttributeMap attributes = new() { { "case_change_action", "UPPER" }, { "is_case_sensitive", 0L }, { "stopwords", new StringsAttribute(["the", "Of"]) } };
        graph.AddOutput("y", graph.Add("StringNormalizer", "normal", [x], attributes));
        CompiledModel model = CountedHarness.Compile(graph);
        foreach (string[] texts in (string[][])[["The", "king", "of", "Spain"], ["the", "of", "The", "OF"], ["a", "b", "c", "d"]])
        {
            CountedHarness.Check(graph, model, Tensor.OfStrings(texts, 1, 4));
        }
    }

    private static Tensor One(DType type, int value) => type == DType.F32 ? Tensor.Scalar((float)value) : Tensor.Scalar(value);

    /// <summary>What exporters write after a detector: indices, then boxes, classes and scores by them, and the best of all.</summary>
    internal static (Graph Graph, CompiledModel Model) Head()
    {
        Graph graph = new(Operators.Set);
        Value boxes = graph.AddInput("boxes", new TensorType(DType.F32, new Shape(1, Boxes, 4)));
        Value scores = graph.AddInput("scores", new TensorType(DType.F32, new Shape(1, Classes, Boxes)));
        Value selected = Select(graph, boxes, scores);
        Value column = graph.Add("Slice", "column", [selected, Ints(graph, 2), Ints(graph, 3), Ints(graph, 1)]);
        Value index = graph.Add("Squeeze", "index", [column, Ints(graph, 1)]);
        Value found = graph.Add("Gather", "found", [graph.Add("Squeeze", "all", [boxes, Ints(graph, 0)]), index], new AttributeMap { { "axis", 0L } });
        Value best = graph.Add("GatherND", "best", [scores, selected]);
        Value classes = graph.Add("Gather", "classes", [selected, graph.AddConstant("one", Tensor.Scalar(1L))], new AttributeMap { { "axis", 1L } });
        Value rows = graph.Add("Concat", "rows", [found, graph.Add("Unsqueeze", "wide", [best, Ints(graph, 1)])], new AttributeMap { { "axis", 1L } });
        graph.AddOutput("rows", rows);
        graph.AddOutput("labels", graph.Add("Cast", "labels", [classes], new AttributeMap { { "to", (long)DType.I32 } }));
        graph.AddOutput("selected", graph.Add("Identity", "indices", [selected]));
        Value number = graph.Add("Shape", "number", [best]);
        Value few = graph.Add("Min", "few", [number, Ints(graph, 5)]);
        Node top = graph.AddNode("", "TopK", "top", [best, few], ["topScores", "topIndices"]);
        graph.AddOutput("top", top.Outputs[0]!);
        return (graph, CountedHarness.Compile(graph));
    }

    /// <summary>Boxes and scores, of which those above 0.5 count.</summary>
    internal static (Tensor Boxes, Tensor Scores) Draw(int seed, float share)
    {
        Random random = new(seed);
        float[] boxes = [.. Enumerable.Range(0, Boxes).SelectMany(_ =>
        {
            float x = random.NextSingle();
            float y = random.NextSingle();
            return (float[])[x, y, x + 0.2f + random.NextSingle(), y + 0.2f + random.NextSingle()];
        })];
        float[] scores = [.. Enumerable.Range(0, Classes * Boxes).Select(_ => random.NextSingle() * 0.5f / share)];
        return (Tensor.Create(boxes, 1, Boxes, 4), Tensor.Create(scores, 1, Classes, Boxes));
    }

    private static Value Select(Graph graph, Value boxes, Value scores) =>
        graph.Add("NonMaxSuppression", "select", [boxes, scores, Ints(graph, 4), Scalar(graph, 0.5f), Scalar(graph, 0.5f)]);

    private static Value Ints(Graph graph, params long[] values) => graph.AddConstant("ints", Tensor.Vector<long>(values));

    private static Value Scalar(Graph graph, float value) => graph.AddConstant("scalar", Tensor.Vector<float>(value));
}
