using System.Reflection;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Conformance.Generated;
using ModelBuild.Plan;
using static ModelBuild.Compiler.Tests.Import.Onnx.Maps.MapModels;
using static ModelBuild.Compiler.Tests.Import.Onnx.OnnxModelBuilder;

namespace ModelBuild.Compiler.Tests.Import.Onnx.Maps;

/// <summary>Models over maps from file to generated code, called with dictionaries.</summary>
public sealed class MapPredictorTests : IDisposable
{
    private const int Calls = 100;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-maps").FullName;

    private delegate void FillWords(IReadOnlyDictionary<string, float> entries, Span<float> destination);

    private delegate void FillEntries(ReadOnlySpan<KeyValuePair<string, float>> entries, Span<float> destination);

    private delegate void PredictWords(IReadOnlyDictionary<string, float> x, Span<float> y);

    private delegate float[] PredictNumbers(IReadOnlyDictionary<long, float> x, ReadOnlySpan<float> b);

    private delegate ReadOnlySpan<string> KeysOfWords();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AMapGoesInAsADictionary()
    {
        OnnxModelBuilder model = Over(DType.String, DType.F32);
        model.Model.Graph.Node.Add(Ml("DictVectorizer", ["x"], ["row"], Words("string_vocabulary", "amy", "chi\"n", "nice")));
        model.Initializer("w", [3, 2], 1, 2, 3, 4, 5, 6);
        With(model, NewNode("MatMul", ["row", "w"], ["y"]), DType.F32);
        (CompiledModel compiled, IPredictor predictor) = Build(model);
        using IDisposable owner = (IDisposable)predictor;
        Dictionary<string, float> map = new() { ["nice"] = 2, ["amy"] = 1, ["other"] = 100 };

        Assert.Equal(PlanReader.Read(PlanWriter.Write(compiled.Plan)), compiled.Plan);
        float[] expected = Reference<string, float, float>(model, map);
        Assert.Equal([11f, 14], expected);
        Assert.Equal(expected, (float[])Method(predictor, "Predict", typeof(IReadOnlyDictionary<string, float>)).Invoke(predictor, [map])!);

        float[] row = new float[4];
        Method(predictor, "FillX", typeof(IReadOnlyDictionary<string, float>), typeof(Span<float>)).CreateDelegate<FillWords>()(map, row);
        Assert.Equal([1f, 0, 2, 0], row);
        Method(predictor, "FillX", typeof(ReadOnlySpan<KeyValuePair<string, float>>), typeof(Span<float>)).CreateDelegate<FillEntries>()([new("chi\"n", 7), new("chi\"n", 8)], row);
        Assert.Equal([0f, 8, 0, 0], row);
        Assert.Equal(["amy", "chi\"n", "nice"], predictor.GetType().GetProperty("XKeys")!.GetMethod!.CreateDelegate<KeysOfWords>()().ToArray());
        Assert.Throws<ArgumentException>(() => Method(predictor, "FillX", typeof(IReadOnlyDictionary<string, float>), typeof(Span<float>)).CreateDelegate<FillWords>()(map, new float[2]));
    }

    [Fact]
    public void KeysMayBeNumbersAndOtherInputsStayWhatTheyAre()
    {
        OnnxModelBuilder model = Over(DType.I64, DType.F32).Input("b", 1, 3);
        model.Model.Graph.Node.Add(Ml("DictVectorizer", ["x"], ["row"], Ints("int64_vocabulary", 7, long.MinValue, long.MaxValue)));
        With(model, NewNode("Add", ["row", "b"], ["y"]), DType.F32);
        (_, IPredictor predictor) = Build(model);
        using IDisposable owner = (IDisposable)predictor;
        PredictNumbers predict = Method(predictor, "Predict", typeof(IReadOnlyDictionary<long, float>), typeof(ReadOnlySpan<float>)).CreateDelegate<PredictNumbers>(predictor);

        Assert.Equal([10f, 21, 30], predict(new Dictionary<long, float> { [long.MinValue] = 1, [8] = 5 }, [10, 20, 30]));
        Assert.Throws<ArgumentException>(() => predict(new Dictionary<long, float>(), [10, 20]));
        Assert.Throws<ArgumentNullException>(() => predict(null!, [10, 20, 30]));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        OnnxModelBuilder model = Vectorizer(DType.String, DType.F32, Words("string_vocabulary", "amy", "chin", "nice"));
        (_, IPredictor predictor) = Build(model);
        using IDisposable owner = (IDisposable)predictor;
        Dictionary<string, float> map = new() { ["nice"] = 2 };
        float[] y = new float[3];
        PredictWords predict = Method(predictor, "Predict", typeof(IReadOnlyDictionary<string, float>), typeof(Span<float>)).CreateDelegate<PredictWords>(predictor);
        predict(map, y);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++)
        {
            predict(map, y);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal([0f, 0, 2], y);
    }

    [Fact]
    public void AMapOfStringsByPositionBecomesAClassification()
    {
        OnnxModelBuilder model = Over(DType.I64, DType.String);
        model.Model.Graph.Node.Add(Ml("CastMap", ["x"], ["row"], OnnxModelBuilder.String("cast_to", "TO_FLOAT"), OnnxModelBuilder.String("map_form", "SPARSE"), Int("max_map", 2)));
        model.Model.Graph.Node.Add(Ml("LinearClassifier", ["row"], ["label", "scores"], Words("classlabels_strings", "cat", "dog", "cow"), Floats("coefficients", 1, 0, 0, 1, 0, 0), Floats("intercepts", 0, 0, 1)));
        model.Output("label").Output("scores");
        (_, IPredictor predictor) = Build(model);
        using IDisposable owner = (IDisposable)predictor;

        LabelScore best = (LabelScore)Method(predictor, "Classify", typeof(IReadOnlyDictionary<long, string>)).Invoke(predictor, [new Dictionary<long, string> { [1] = "2.5" }])!;
        Assert.Equal("dog", best.Label);
        best = (LabelScore)Method(predictor, "Classify", typeof(IReadOnlyDictionary<long, string>)).Invoke(predictor, [new Dictionary<long, string>()])!;
        Assert.Equal("cow", best.Label);
    }

    [RealModelFact]
    public void TheVectorizerOfScikitLearnRuns()
    {
        string path = TestData.PathOf("onnx-ml/sklearn-onnx/SklearnDictVectorizer-OneOff-SkipDim1.model.onnx");
        (CompiledModel compiled, IPredictor predictor) = Build(path);
        using IDisposable owner = (IDisposable)predictor;

        Assert.Equal(["amy", "chin", "nice"], compiled.Plan.Inputs[0].Keys!.Names);
        Assert.Equal([0f, 3, 0], (float[])Method(predictor, "Predict", typeof(IReadOnlyDictionary<string, float>)).Invoke(predictor, [new Dictionary<string, float> { ["chin"] = 3 }])!);
    }

    private static MethodInfo Method(IPredictor predictor, string name, params Type[] parameters) =>
        predictor.GetType().GetMethod(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static, parameters) ?? throw new MissingMethodException(name);

    private (CompiledModel Model, IPredictor Predictor) Build(OnnxModelBuilder model)
    {
        File.WriteAllBytes(In("model.onnx"), model.ToBytes());
        return Build(In("model.onnx"));
    }

    private (CompiledModel Model, IPredictor Predictor) Build(string path)
    {
        CompileOptions options = new() { ModelPath = path, ClassName = "TestPredictor", Namespace = "Tests" };
        Stages.Convert(path, In("1-converted.onnx"), default);
        Stages.Optimize(In("1-converted.onnx"), In("2-optimized.onnx"), default);
        CompiledModel model = Stages.Compile(In("2-optimized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);
        _ = Stages.Verify(In("1-converted.onnx"), model, options, default);
        Assert.Equal(model.Plan.Inputs, Stages.Signature(options, default).Inputs);
        return (model, new GeneratedPredictors([model]).Create(0, model));
    }

    private string In(string name) => Path.Combine(_folder, name);
}
