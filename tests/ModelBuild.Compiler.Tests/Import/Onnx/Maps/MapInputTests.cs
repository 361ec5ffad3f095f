using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Tests.Ops;
using static ModelBuild.Compiler.Tests.Import.Onnx.Maps.MapModels;
using static ModelBuild.Compiler.Tests.Import.Onnx.OnnxModelBuilder;

namespace ModelBuild.Compiler.Tests.Import.Onnx.Maps;

/// <summary>Maps as inputs, with ONNX Runtime on the map itself as the referee of their layout.</summary>
public sealed class MapInputTests
{
    [Fact]
    public void AVectorizerLaysOutWordsAsOnnxRuntimeDoes()
    {
        OnnxModelBuilder model = Vectorizer(DType.String, DType.F32, Words("string_vocabulary", "amy", "chin", "nice"));
        Dictionary<string, float> map = new() { ["nice"] = 2.5f, ["amy"] = -1, ["other"] = 9 };
        AssertLaidOut(model, map, new MapKeys<string>("amy", "chin", "nice"), 0f, DType.F32, InputKeyKind.Words, ["amy", "chin", "nice"]);
    }

    [Fact]
    public void AVectorizerLaysOutNumbersAsOnnxRuntimeDoes()
    {
        OnnxModelBuilder model = Vectorizer(DType.I64, DType.F64, Ints("int64_vocabulary", 7, long.MinValue, -3, 2));
        Dictionary<long, double> map = new() { [2] = 0.5, [7] = 1e300, [8] = 3, [long.MinValue] = -1 };
        AssertLaidOut(model, map, new MapKeys<long>(7, long.MinValue, -3, 2), 0.0, DType.F64, InputKeyKind.Numbers, ["7", "-9223372036854775808", "-3", "2"]);
    }

    [Fact]
    public void AVectorizerLeavesStringsThatAreMissingEmpty()
    {
        OnnxModelBuilder model = Vectorizer(DType.I64, DType.String, Ints("int64_vocabulary", 1, 2));
        Dictionary<long, string> map = new() { [2] = "two" };
        string[] values = new string[2];
        Graph graph = model.Import();
        new MapKeys<long>(1, 2).Fill(map, values, graph.InputKeys["x"].Missing);

        Assert.Equal(Reference<long, string, string>(model, map), values);
        Assert.Equal(values, OpHarness.RunPlan(graph, [Tensor.OfStrings(values, [1, 2])])[0].ToStringArray());
    }

    [Fact]
    public void ASparseCastOfNumbersIsThatOfOnnxRuntime()
    {
        OnnxModelBuilder model = Caster(DType.F32, "TO_INT64", DType.I64, OnnxModelBuilder.String("map_form", "SPARSE"), Int("max_map", 5));
        Dictionary<long, float> map = new() { [0] = 2.9f, [3] = -7.9f, [5] = 1 };
        float[] row = new float[5];
        MapPositions.Fill(map, row, 0);
        Graph graph = model.Import();

        Assert.Equal(InputKeyKind.Positions, graph.InputKeys["x"].Kind);
        Assert.Equal([2L, 0, 0, -7, 0], Reference<long, float, long>(model, map));
        Assert.Equal([2L, 0, 0, -7, 0], OpHarness.RunPlan(graph, [Tensor.Create<float>(row, [1, 5])])[0].ToInt64Array());
    }

    [Theory]
    [InlineData("TO_FLOAT", DType.F32)]
    [InlineData("TO_STRING", DType.String)]
    public void ASparseCastOfStringsIsThatOfOnnxRuntime(string to, DType result)
    {
        OnnxModelBuilder model = Caster(DType.String, to, result, OnnxModelBuilder.String("map_form", "SPARSE"), Int("max_map", 3));
        Dictionary<long, string> map = new() { [1] = "2.5" };
        Graph graph = model.Import();
        string[] row = new string[3];
        MapPositions.Fill(map, row, graph.InputKeys["x"].Missing);
        Tensor actual = OpHarness.RunPlan(graph, [Tensor.OfStrings(row, [1, 3])])[0];

        if (result == DType.String)
        {
            Assert.Equal(Reference<long, string, string>(model, map), actual.ToStringArray());
        }
        else
        {
            Assert.Equal(Reference<long, string, float>(model, map), actual.Span<float>().ToArray());
        }
    }

    [Fact]
    public void ADenseCastTakesTheValuesInTheOrderOfTheirKeys()
    {
        OnnxModelBuilder model = Caster(DType.F32, "TO_FLOAT", DType.F32, OnnxModelBuilder.String("map_form", "DENSE"));
        Dictionary<long, float> map = new() { [9] = 3, [-4] = 1, [2] = 2 };
        Graph graph = model.Import();

        Assert.Equal("x_count", graph.Inputs[0].Type.Shape![1].Symbol);
        Assert.Empty(graph.InputKeys);
        Assert.Equal([1f, 2, 3], Reference<long, float, float>(model, map));
        Assert.Equal([1f, 2, 3], ReferenceEvaluator.Run(graph, [Tensor.Create<float>([1, 2, 3], [1, 3])])[0].Span<float>().ToArray());
    }

    [Fact]
    public void KeysOutliveTheFilesOfTheStages()
    {
        Graph graph = Vectorizer(DType.String, DType.F32, Words("string_vocabulary", "a \"1\"", "", "\n")).Import();
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        stream.Position = 0;
        InputKeys read = new OnnxImporter(Operators.Set).Import(stream, "x.onnx", null).InputKeys["x"];

        Assert.Equal(["a \"1\"", "", "\n"], read.Names);
        Assert.Equal(InputKeyKind.Words, read.Kind);
        Assert.Equal(graph.InputKeys, GraphClone.Clone(graph).InputKeys);
    }

    [Fact]
    public void NodesThatLayAMapOutAlikeShareTheInput()
    {
        OnnxModelBuilder model = Vectorizer(DType.String, DType.F32, Words("string_vocabulary", "a", "b"));
        model.Model.Graph.Node.Add(Ml("DictVectorizer", ["x"], ["z"], Words("string_vocabulary", "a", "b")));
        Graph graph = model.Node("Add", ["y", "z"], ["sum"]).Output("sum").Import();
        Assert.Equal([2f, 4], ReferenceEvaluator.Run(graph, [Tensor.Create<float>([1, 2], [1, 2])])[1].Span<float>().ToArray());

        model.Model.Graph.Node.Add(Ml("DictVectorizer", ["x"], ["other"], Words("string_vocabulary", "b", "a")));
        Assert.Contains("different ways", Errors.Expect(Descriptors.UnsupportedType, () => model.Import()), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatNoModelCanMeanIsRefused()
    {
        Assert.Contains("no DictVectorizer or CastMap", Errors.Expect(Descriptors.UnsupportedType, () => Over(DType.String, DType.F32).Output("x").Import()), StringComparison.Ordinal);
        Errors.Expect(Descriptors.InvalidNode, () => Vectorizer(DType.String, DType.F32, Ints("int64_vocabulary", 1)).Import());
        Errors.Expect(Descriptors.InvalidNode, () => Vectorizer(DType.String, DType.F32, Words("string_vocabulary", "a", "a")).Import());
        Errors.Expect(Descriptors.InvalidNode, () => Vectorizer(DType.String, DType.F32, Words("string_vocabulary")).Import());
        Errors.Expect(Descriptors.InvalidNode, () => Vectorizer(DType.String, DType.F32, Words("string_vocabulary", "a")).Node("Relu", ["x"], ["z"]).Import());
        Errors.Expect(Descriptors.InvalidNode, () => Caster(DType.F64, "TO_FLOAT", DType.F32).Import());
        Errors.Expect(Descriptors.InvalidNode, () => Caster(DType.F32, "TO_BOOL", DType.F32).Import());
        Errors.Expect(Descriptors.InvalidNode, () => Caster(DType.F32, "TO_FLOAT", DType.F32, OnnxModelBuilder.String("map_form", "SPARSE"), Int("max_map", 0)).Import());
        Errors.Expect(Descriptors.GraphLimit, () => Caster(DType.F32, "TO_FLOAT", DType.F32, OnnxModelBuilder.String("map_form", "SPARSE"), Int("max_map", 1L << 40)).Import());
        Errors.Expect(Descriptors.UnsupportedAttribute, () => Caster(DType.F32, "TO_STRING", DType.String).Import());
    }

    private static void AssertLaidOut<TKey, TValue>(OnnxModelBuilder model, Dictionary<TKey, TValue> map, MapKeys<TKey> keys, TValue missing, DType type, InputKeyKind kind, string[] names)
        where TKey : notnull
        where TValue : unmanaged
    {
        TValue[] row = new TValue[names.Length];
        keys.Fill(map, row, missing);
        TValue[] again = new TValue[names.Length];
        keys.Fill([.. map], again, missing);
        Graph graph = model.Import();

        Assert.Equal(kind, graph.InputKeys["x"].Kind);
        Assert.Equal(names, graph.InputKeys["x"].Names);
        Assert.Equal(new TensorType(type, Shape.Of(1, names.Length)), graph.Inputs[0].Type);
        Assert.Equal(Reference<TKey, TValue, TValue>(model, map), row);
        Assert.Equal(row, again);
        Assert.Equal(row, OpHarness.RunPlan(graph, [Tensor.Create<TValue>(row, [1, names.Length])])[0].Span<TValue>().ToArray());
    }
}
