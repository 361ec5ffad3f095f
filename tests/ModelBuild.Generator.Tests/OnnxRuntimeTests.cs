using System.Reflection;
using ModelBuild.OnnxRuntime;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Tests;

/// <summary>Generated code over ONNX Runtime.</summary>
public sealed class OnnxRuntimeTests
{
    private static readonly byte[] s_model = OnnxModelBytes.AddToItself("x", "y", [1, 4], isByte: false);

    private static readonly ExecutionPlan s_plan = SamplePlans.OnnxRuntime(SamplePlans.Chain(1)) with
    {
        ClassName = "DoublePredictor",
        WeightsBytes = s_model.Length,
        Labels = new PlanList<string>(["a", "b", "c", "d"]),
    };

    [Fact]
    public void A_generated_predictor_runs_the_model_on_many_threads()
    {
        IPredictor predictor = Create();
        Parallel.For(0, 64, index =>
        {
            float[] y = new float[8];
            predictor.Predict(new NamedTensors { { "x", new float[] { index, 1, 2, 3, 4, 5, 6, 7 } } }, new NamedTensors { { "y", y } });
            Assert.Equal([2 * index, 2, 4, 6, 8, 10, 12, 14], y);
        });
        MethodInfo topK = predictor.GetType().GetMethod("Predict", [typeof(ReadOnlySpan<float>), typeof(Span<float>)])!;
        Assert.NotNull(topK);
        ((IDisposable)predictor).Dispose();
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(new NamedTensors { { "x", new float[4] } }, new NamedTensors { { "y", new float[4] } }));
    }

    [Fact]
    public void A_warm_session_allocates_nothing()
    {
        using OnnxRuntimeSession session = Open(s_model, ElementType.Float32);
        long allocated = 0;
        for (int warm = 0; warm < 2; warm++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                OnnxRuntimeCall call = session.Rent();
                call.Input<float>(0)[1] = i;
                call.Run();
                Assert.True(call.Output<float>(0)[1] == 2 * i);
                session.Return(call);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Bytes_go_in_and_out()
    {
        using OnnxRuntimeSession session = Open(OnnxModelBytes.AddToItself("x", "y", [1, 4], isByte: true), ElementType.UInt8);
        using OnnxRuntimeCall call = session.Create();
        new byte[] { 1, 2, 3, 100 }.CopyTo(call.Input<byte>(0));
        call.Run();
        Assert.Equal([2, 4, 6, 200], call.Output<byte>(0).ToArray());
        Assert.Throws<ArgumentException>(() => { call.Input<float>(0); });
    }

    [Fact]
    public void Strings_go_in_and_out()
    {
        using OnnxRuntimeSession session = Open(OnnxModelBytes.Echo("x", "y", [1, 4]), ElementType.String);
        using OnnxRuntimeCall call = session.Create();
        foreach (string[] texts in (string[][])[["a", "", "caf\u00e9", "\ud83d\ude00"], ["1", "2", "3", "4"]])
        {
            texts.CopyTo(call.Input<string>(0));
            call.Run();
            Assert.Equal(texts, call.Output<string>(0).ToArray());
        }

        call.Input<string>(0)[1] = null!;
        Assert.Throws<ArgumentException>(call.Run);
        Assert.Throws<ArgumentException>(() => { call.Input<float>(0); });
    }

    [Fact]
    public void A_model_that_does_not_fit_is_refused() =>
        Assert.Throws<InvalidDataException>(() => Open(s_model, ElementType.UInt8));

    [Fact]
    public void A_call_outlives_the_session_that_made_it()
    {
        OnnxRuntimeSession session = Open(s_model, ElementType.Float32);
        OnnxRuntimeCall call = session.Create();
        session.Dispose();
        call.Input<float>(0).Fill(3);
        call.Run();
        Assert.Equal([6, 6, 6, 6], call.Output<float>(0).ToArray());
        call.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Create());
        Assert.Throws<ObjectDisposedException>(() => call.Run());
    }

    private static IPredictor Create()
    {
        string source = GeneratorRun.Of(s_plan).Source;
        byte[] blob = WeightsHeader.CreateBlob(s_model, PlanIdentity.Compute(s_plan));
        Assembly assembly = PredictorCompilation.Load(PredictorCompilation.Of(source), "ModelBuild.MyApp.Models.DoublePredictor.weights", blob);
        return (IPredictor)Activator.CreateInstance(assembly.GetType("MyApp.Models.DoublePredictor")!, new OnnxRuntimeOptions { Threads = 1 })!;
    }

    private static OnnxRuntimeSession Open(byte[] model, ElementType type)
    {
        byte[] hash = new byte[WeightsHeader.HashSize];
        using PredictorWeights weights = PredictorWeights.FromBytes(WeightsHeader.CreateBlob(model, hash), hash);
        return new OnnxRuntimeSession(weights, null, new PredictorInfo
        {
            ModelName = "double",
            SourceFile = "",
            SourceHash = "",
            OptionsHash = "",
            WeightsHash = "",
            Runtime = "onnxruntime",
            Inputs = [new TensorInfo("x", type, [-1, 4], ["", ""])],
            Outputs = [new TensorInfo("y", type, [-1, 4], ["", ""])],
        });
    }
}
