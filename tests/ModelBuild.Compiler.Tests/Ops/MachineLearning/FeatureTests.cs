using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.MachineLearning;

public sealed class FeatureTests
{
    private static readonly Tensor s_floats = Tensor.Create<float>([1, -2, 3, 0, 0, 0, -1, -5, 2.5f, float.NaN, 4, 4], 4, 3);
    private static readonly Tensor s_plain = Tensor.Create<float>([1, -2, 3, 0, 0, 0, -1, -5, 2.5f, 8, 4, 4], 4, 3);
    private static readonly Tensor s_longs = Tensor.Create<long>([1, -2, 3, 0, 0, 0, -1, -5, 2, 8, 4, 4], 4, 3);
    private static readonly Tensor s_doubles = Tensor.Create<double>([1, -2, 3, 0, 0, 0, -1, -5, 2.5, 8, 4, 4], 4, 3);

    [Fact]
    public void ScalersEqualOnnxRuntime()
    {
        foreach (Tensor x in (Tensor[])[s_floats, s_longs, s_doubles])
        {
            Referee.Compare("Scaler", new() { { "offset", new FloatsAttribute([0.5f, -1, 2]) }, { "scale", new FloatsAttribute([2, 3, 0.125f]) } }, [x]);
            Referee.Compare("Scaler", new() { { "offset", new FloatsAttribute([0.5f]) }, { "scale", new FloatsAttribute([2]) } }, [x]);
        }
    }

    [Theory]
    [InlineData("MAX")]
    [InlineData("L1")]
    [InlineData("L2")]
    public void NormalizersEqualOnnxRuntime(string norm)
    {
        foreach (Tensor x in (Tensor[])[s_plain, s_longs, s_doubles])
        {
            Referee.Compare("Normalizer", new() { { "norm", norm } }, [x]);
        }
    }

    [Fact]
    public void ImputersEqualOnnxRuntime()
    {
        Referee.Compare("Imputer", new() { { "imputed_value_floats", new FloatsAttribute([10, 20, 30]) }, { "replaced_value_float", float.NaN } }, [s_floats]);
        Referee.Compare("Imputer", new() { { "imputed_value_floats", new FloatsAttribute([10]) }, { "replaced_value_float", 4f } }, [s_floats]);
        Referee.Compare("Imputer", new() { { "imputed_value_int64s", [10, 20, 30] }, { "replaced_value_int64", 4 } }, [s_longs]);
        Tensor result = Referee.CompareWithoutOnnxRuntime("Imputer", new() { { "imputed_value_floats", new FloatsAttribute([10]) }, { "replaced_value_float", 0f } }, [s_doubles])[0];
        Assert.Equal([1, -2, 3, 10, 10, 10, -1, -5, 2.5, 8, 4, 4], result.Span<double>().ToArray());
    }

    [Fact]
    public void BinarizersEqualOnnxRuntime()
    {
        Referee.Compare("Binarizer", new() { { "threshold", 2.5f } }, [s_plain]);
        Assert.Equal([0L, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1], Referee.CompareWithoutOnnxRuntime("Binarizer", new() { { "threshold", 2.5f } }, [s_longs])[0].ToInt64Array());
    }

    [Fact]
    public void LabelEncodersEqualOnnxRuntime()
    {
        Referee.Compare("LabelEncoder", new() { { "keys_int64s", [4, 0, -2, 4] }, { "values_floats", new FloatsAttribute([1, 2, 3, 5]) }, { "default_float", 7f } }, [Longs(4, 0, 1, -2)], trusted: [], version: 4);
        Referee.Compare("LabelEncoder", new() { { "keys_int64s", [4, 0, -2] }, { "values_floats", new FloatsAttribute([1, 2, 3]) }, { "default_float", 7f } }, [s_longs], version: 4);
        Referee.Compare("LabelEncoder", new() { { "keys_int64s", [4, 0, -2] }, { "values_int64s", [1, 2, 3] } }, [s_longs], version: 4);
        Referee.Compare("LabelEncoder", new() { { "keys_floats", new FloatsAttribute([2.5f, float.NaN, -5]) }, { "values_int64s", [1, 2, 3] } }, [s_floats], version: 4);
        Referee.Compare("LabelEncoder", new() { { "keys_tensor", new TensorAttribute(Tensor.Vector<double>(2.5, 8, 0)) }, { "values_tensor", new TensorAttribute(Tensor.Vector<double>(1, 2, 3)) }, { "default_tensor", new TensorAttribute(Tensor.Vector<double>(-9)) } }, [s_doubles], version: 4);
    }

    [Fact]
    public void OfEqualKeysTheLastCounts() =>
        Assert.Equal([5L, -1], Referee.CompareWithoutOnnxRuntime("LabelEncoder", new() { { "keys_int64s", [4, 4] }, { "values_int64s", [1, 5] } }, [Longs(4, 0)])[0].ToInt64Array());

    [Fact]
    public void OneHotEncodersEqualOnnxRuntime()
    {
        foreach (Tensor x in (Tensor[])[s_longs, s_plain, s_doubles])
        {
            Referee.Compare("OneHotEncoder", new() { { "cats_int64s", [4, 0, -2] }, { "zeros", 1L } }, [x]);
        }
    }

    [Fact]
    public void AnElementOfNoCategoryIsAnErrorWhereTheModelWantsIt()
    {
        Graph graph = Referee.GraphOf("OneHotEncoder", new() { { "cats_int64s", [4, 0] }, { "zeros", 0L } }, [Longs(4, 0)]);
        Assert.Equal([1f, 0, 0, 1], OpHarness.RunPlan(graph, [Longs(4, 0)])[0].Span<float>().ToArray());
        ModelBuildException error = Assert.Throws<ModelBuildException>(() => ReferenceEvaluator.Run(graph, [Longs(4, 3)]));
        Assert.Equal("MDB2003", error.Diagnostics[0].Descriptor.Code);
        Assert.Contains("none of the model's categories", Assert.Throws<ArgumentException>(() => OpHarness.RunPlan(graph, [Longs(4, 3)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FeatureVectorizersEqualOnnxRuntime() =>
        Array.ForEach((Tensor[])[s_plain, s_longs, s_doubles], x => Referee.Compare("FeatureVectorizer", new() { { "inputdimensions", [2, 3, 5] } }, [x, x, x]));

    [Fact]
    public void ArrayFeatureExtractorsEqualOnnxRuntime()
    {
        Referee.Compare("ArrayFeatureExtractor", [], [s_plain, Longs(2, 0)]);
        Referee.Compare("ArrayFeatureExtractor", [], [Tensor.Vector<float>(1, 2, 3), Tensor.Create<long>([2, 0, 1, 1], 2, 2)]);
    }

    private static Tensor Longs(params long[] values) => Tensor.Vector<long>(values);
}
