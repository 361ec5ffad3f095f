using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Ops;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests;

/// <summary>Exports of scikit-learn, LightGBM and XGBoost from file to plan: the plan agrees with the reference evaluation of the source, and with ONNX Runtime.</summary>
public sealed class ClassicalModelStagesTests : IDisposable
{
    // Sums of a few hundred terms in binary32, in another order; those of support vectors cancel to a thousandth of their largest term.
    private const double Tolerance = 1e-4;
    private const int Items = 40;

    // Categories of the models below, and what is none.
    private static readonly string[] s_words = ["C", "Q", "S", "missing", "female", "male", "1", "2", "3", "", "\u00e9"];

    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-classical").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <param name="labels">Labels that the model itself names.</param>
    [RealModelTheory]
    [InlineData("onnx2c/treeensembleclassifier.onnx", "0 1 2")]
    [InlineData("sklearn-onnx/logreg_iris.onnx", "0 1 2")]
    [InlineData("sklearn-onnx/pipeline_xgboost.onnx", "0 1 2")]
    [InlineData("sklearn-onnx/pipeline_titanic_nozipmap.onnx", "0 1")]
    [InlineData("sklearn-onnx/pipeline_titanic_textual.onnx", "")]
    [InlineData("sklearn-onnx/sk_OCSVM.onnx", "")]
    [InlineData("sklearn-onnx/sk_SGD_binary_classifier.onnx", "0 1")]
    [InlineData("sklearn-onnx/SklearnBinExtraTreesClassifier.model.onnx", "A B")]
    [InlineData("sklearn-onnx/SklearnBinMultinomialNB-OneOff.model.onnx", "0 1")]
    [InlineData("sklearn-onnx/SklearnBinNuSVCPT.model.onnx", "0 1")]
    [InlineData("sklearn-onnx/SklearnBinSVCLinearPF.model.onnx", "0 1")]
    [InlineData("sklearn-onnx/SklearnImputerMeanFloat32.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnKNeighborsClassifierMulti.model.onnx", "0 1 2")]
    [InlineData("sklearn-onnx/SklearnLassoLars-Dec4.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnLinearSVCBinary-NoProb.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnLinearSvr-Dec4.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnLogitisticRegressionMulti.model.onnx", "0 1 2")]
    [InlineData("sklearn-onnx/SklearnMaxAbsScaler.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnMclExtraTreesClassifier.model.onnx", "0 1 2")]
    [InlineData("sklearn-onnx/SklearnMclNuSVCPT.model.onnx", "0 1 2")]
    [InlineData("sklearn-onnx/SklearnMclSVCLinearPF.model.onnx", "0 1 2")]
    [InlineData("sklearn-onnx/SklearnMRgExtraTreesRegressor.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnNormalizerL2-SkipDim1.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnOneExtraTreesClassifier.model.onnx", "1")]
    [InlineData("sklearn-onnx/SklearnPipelineScalerMixed-OneOff.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnRegExtraTreesRegressor.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnRegNuSVR.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnRegSVRLinear-Dec3.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnRobustScalerFloat32.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnRobustScalerWithCenteringFloat32.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnSGDClassifierMulti-Dec3.model.onnx", "0 1 2")]
    [InlineData("sklearn-onnx/SklearnStandardScalerFloat32.model.onnx", "")]
    [InlineData("sklearn-onnx/SklearnTruncatedSVD.model.onnx", "")]
    [InlineData("sklearn-onnx/treecl2.onnx", "0 1")]
    [InlineData("tract/lgbm_classifier_tensor/model.onnx", "")]
    [InlineData("tract/linear_classifier/model.onnx", "0 1 2 3 4 5 6 7 8 9 10 11 12 13")]
    [InlineData("tract/xgboost_classifier_tree/model.onnx", "0 1 2")]
    public void A_model_agrees_with_its_reference_and_with_onnx_runtime(string file, string labels)
    {
        Dictionary<string, long?> dims = file.EndsWith("treecl2.onnx", StringComparison.Ordinal) ? new() { ["input_dim1"] = 20 } : [];
        CompileOptions options = new() { ModelPath = TestData.PathOf($"onnx-ml/{file}"), ClassName = "TestPredictor", Namespace = "Tests", Dims = dims };
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        Stages.Optimize(In("1-converted.onnx"), In("2-optimized.onnx"), default);
        CompiledModel model = Stages.Compile(In("2-optimized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);

        _ = Stages.Verify(In("1-converted.onnx"), model, options, default);

        Assert.Equal(labels, string.Join(' ', model.Plan.Labels));
        AssertEqualOnnxRuntime(model, In("1-converted.onnx"));
    }

    /// <param name="labels">Labels that the model itself names.</param>
    [RealModelTheory]
    [InlineData("model.onnx", "0 1 2")]
    [InlineData("pipeline_tfidf.onnx", "0 1")]
    public void A_model_of_texts_agrees_with_its_reference(string file, string labels)
    {
        CompileOptions options = new() { ModelPath = TestData.PathOf($"onnx-ml/sklearn-onnx/{file}"), ClassName = "TestPredictor", Namespace = "Tests" };
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        Stages.Optimize(In("1-converted.onnx"), In("2-optimized.onnx"), default);
        CompiledModel model = Stages.Compile(In("2-optimized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);

        Assert.Equal(0, Stages.Verify(In("1-converted.onnx"), model, options, default).Outputs.Max(o => o.MaxAbsolute), Tolerance);
        Assert.True(model.Plan.HasFreeBatch);
        Assert.Equal(labels, string.Join(' ', model.Plan.Labels));
    }

    private void AssertEqualOnnxRuntime(CompiledModel model, string path)
    {
        Random random = new(1);
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(path, options);
        using PlanInterpreter interpreter = new(model);
        for (int n = 0; n < Items; n++)
        {
            List<NamedOnnxValue> named = [];
            List<Compiler.Ir.Tensor> inputs = [];
            for (int i = 0; i < session.InputNames.Count; i++)
            {
                PlanPort port = model.Plan.Inputs[i];
                long[] dims = [.. port.Dims];
                if (port.Type == PlanElementType.String)
                {
                    string[] words = [.. Enumerable.Range(0, (int)port.Count).Select(_ => s_words[random.Next(s_words.Length)])];
                    inputs.Add(Compiler.Ir.Tensor.OfStrings(words, dims));
                    named.Add(NamedOnnxValue.CreateFromTensor(session.InputNames[i], new DenseTensor<string>(words, [.. dims.Select(d => (int)d)])));
                    continue;
                }

                float[] values = [.. Enumerable.Range(0, (int)port.Count).Select(_ => MathF.Round((random.NextSingle() * 10) - 2, 1))];
                if (port.Type == PlanElementType.I64)
                {
                    long[] whole = [.. values.Select(v => (long)v)];
                    inputs.Add(Compiler.Ir.Tensor.Create<long>(whole, dims));
                    named.Add(NamedOnnxValue.CreateFromTensor(session.InputNames[i], new DenseTensor<long>(whole, [.. dims.Select(d => (int)d)])));
                }
                else
                {
                    inputs.Add(Compiler.Ir.Tensor.Create<float>(values, dims));
                    named.Add(NamedOnnxValue.CreateFromTensor(session.InputNames[i], new DenseTensor<float>(values, [.. dims.Select(d => (int)d)])));
                }
            }

            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> expected = session.Run(named);
            IReadOnlyList<Compiler.Ir.Tensor> actual = interpreter.Run(inputs);
            for (int i = 0; i < actual.Count; i++)
            {
                DisposableNamedOnnxValue output = expected.ElementAt(i);
                Compiler.Ir.Tensor wanted = output.ElementType == TensorElementType.String
                    ? Compiler.Ir.Tensor.OfStrings([.. output.AsEnumerable<string>()], actual[i].Dims)
                    : output.ElementType == TensorElementType.Int64
                    ? Compiler.Ir.Tensor.Create<long>([.. output.AsEnumerable<long>()], actual[i].Dims)
                    : Compiler.Ir.Tensor.Create<float>([.. output.AsEnumerable<float>()], actual[i].Dims);
                Assert.Null(OpHarness.Difference(wanted, actual[i], Tolerance));
            }
        }
    }

    private string In(string name) => Path.Combine(_folder, name);
}
