using System.Text.Json;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>A recorder's voice detector, with If around two networks and the state of an LSTM, for any number of samples a call.</summary>
public sealed class SileroTests : IDisposable
{
    private const int Context = 64;
    private const int Chunk = 512;
    private const int State = 256;
    private const long Rate = 16_000;

    /// <summary>ONNX Runtime's probabilities of 40 chunks, whose state goes from chunk to chunk, were recorded in binary32; 8.6e-8 was measured.</summary>
    private const double Rounding = 1e-6;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-silero").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RealModelFact]
    public void ProbabilitiesOfASpeechAreThoseRecordedFromOnnxRuntime()
    {
        (CompileOptions options, CompiledModel model) = Compile();
        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);
        Assert.All(result.Outputs, o => Assert.InRange(o.MaxRelative, 0, Tolerance.Exact.Relative));
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(TestData.PathOf("golden/silero_vad_libtorch_vs_ort.json")));
        float[] state = new float[State];
        float[] samples = new float[Context + Chunk];
        using PlanInterpreter interpreter = new(PlanSizes.At(model, [Context + Chunk]));
        foreach ((JsonElement chunk, JsonElement probability) in golden.RootElement.GetProperty("chunks").EnumerateArray().Zip(golden.RootElement.GetProperty("prob_ort").EnumerateArray()))
        {
            samples.AsSpan(Chunk).CopyTo(samples);
            int at = Context;
            foreach (JsonElement sample in chunk.EnumerateArray())
            {
                samples[at++] = sample.GetSingle();
            }

            Tensor[] outputs = interpreter.Run([Tensor.Create<float>(samples, [1, Context + Chunk]), Tensor.Scalar(Rate), Tensor.Create<float>(state, [2, 1, State / 2])]);
            Assert.InRange(outputs[0].Span<float>()[0], probability.GetDouble() - Rounding, probability.GetDouble() + Rounding);
            state = outputs[1].Span<float>().ToArray();
        }
    }

    [RealModelFact]
    public void EveryNumberOfSamplesGivesWhatAModelOfThatNumberGives()
    {
        (CompileOptions options, CompiledModel model) = Compile();
        foreach (long size in (long[])[256, 300, 703, 704, 1023, 1280, 2000])
        {
            CompileOptions fixedSize = RunTimeSizes.At(options, model.Plan.Dims, [size]);
            CompiledModel alone = Stages.Compile(In("1-converted.onnx"), In("1-converted.onnx"), In("graph.txt"), fixedSize, default);
            Random random = new((int)size);
            Tensor[] inputs = [PlanAgainstReference.Filled(random, 1, size), Tensor.Scalar(Rate), PlanAgainstReference.Filled(random, 2, 1, State / 2)];
            using PlanInterpreter expected = new(alone);
            using PlanInterpreter actual = new(PlanSizes.At(model, [size]));
            foreach ((Tensor e, Tensor a) in expected.Run(inputs).Zip(actual.Run(inputs)))
            {
                Assert.InRange(OutputError.Measure("", [(e, a)]).MaxAbsolute, 0, 1e-5);
            }
        }
    }

    private (CompileOptions Options, CompiledModel Model) Compile()
    {
        CompileOptions options = OptionsParser.Parse(
            TestData.PathOf("onnx/silero-vad/silero_vad_op18_ifless.onnx"), "", "App", _folder, new Dictionary<string, string> { ["Dims"] = "batch=1;sequence=256..2000" });
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        return (options, Stages.Compile(In("1-converted.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default));
    }

    private string In(string name) => Path.Combine(_folder, name);
}
