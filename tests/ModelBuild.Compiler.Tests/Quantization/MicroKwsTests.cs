using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Tests.Quantization;

/// <summary>One keyword spotting network in float, QDQ and QOperator form.</summary>
public sealed class MicroKwsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-kws").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RealModelTheory]
    [InlineData("qdq")]
    [InlineData("qoperator")]
    public void Quantised_form_runs_on_integers_and_passes_verification(string form)
    {
        CompiledModel model = Compile(form, out CompileOptions options);

        string[] kernels = [.. model.Plan.Steps.Select(s => s.Kernel)];
        Assert.Equal(3, kernels.Count(k => k == "ConvU8S8.ToU8"));
        Assert.Equal(3, kernels.Count(k => k == "GemmU8S8.ToU8"));
        Assert.Equal(3, kernels.Count(k => k == "QuantizedAdd.Run"));
        Assert.Equal(2, kernels.Count(k => k == "QuantizedAveragePool.U8"));
        Assert.DoesNotContain(kernels, k => k is "Conv.F32" or "WinogradConv.F32" or "Gemm.F32" or "MatMul.F32" or "Add.F32");
        Assert.NotEmpty(Stages.Verify(In("1.onnx"), model, options, default).Outputs);
    }

    [RealModelFact]
    public void Qoperator_form_gives_the_bits_of_its_reference()
    {
        CompiledModel model = Compile("qoperator", out _);
        Graph source = Importers.Import(In("1.onnx"));
        DimBinder.Bind(source, new Dictionary<string, long?>());
        using PlanInterpreter plan = new(model);
        Random random = new(7);
        for (int n = 0; n < 4; n++)
        {
            Tensor x = new(DType.F32, source.Inputs[0].Type.Shape!.ToArray());
            foreach (ref float value in x.MutableSpan<float>())
            {
                value = random.NextSingle() * 26;
            }

            Assert.Equal(ReferenceEvaluator.Run(source, [x])[0].ToDoubleArray(), plan.Run([x])[0].ToDoubleArray());
        }
    }

    private CompiledModel Compile(string form, out CompileOptions options)
    {
        options = new CompileOptions { ModelPath = TestData.PathOf($"onnx/micro-kws/micro_kws_m_static_{form}.onnx"), ClassName = "TestPredictor", Namespace = "Tests" };
        Stages.Convert(options.ModelPath, In("1.onnx"), default);
        Stages.Optimize(In("1.onnx"), In("2.onnx"), default);
        return Stages.Compile(In("2.onnx"), In("1.onnx"), In("graph.txt"), options, default);
    }

    private string In(string name) => Path.Combine(_folder, name);
}
