using System.Reflection;
using System.Runtime.InteropServices;
using ModelBuild.Kernels;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Tests;

/// <summary>Generated code over the real runtime against a plain loop.</summary>
public sealed class ExecutionTests
{
    // Sums of 784 products of numbers below 1 in fp32: about 784 roundings of 6e-8 times the magnitude.
    private const double Tolerance = 1e-3;

    private const string Caller = """
        using System;
        using ModelBuild;
        using MyApp.Models;

        internal static class Caller
        {
            internal static float[] One(DigitsPredictor predictor, float[] x) => predictor.Predict(x);
            internal static LabelScore Best(DigitsPredictor predictor, float[] x) => predictor.Classify(x);
            internal static int Top(DigitsPredictor predictor, float[] x, LabelScore[] y) => predictor.TopK(x, y);
            internal static void Batch(DigitsPredictor predictor, int batch, float[] x, float[] y) => predictor.PredictBatch(batch, x, y);
            internal static void Own(DigitsPredictor predictor, float[] x, float[] y)
            {
                using DigitsPredictor.Workspace workspace = predictor.CreateWorkspace();
                predictor.Predict(x, y, workspace);
            }

            internal static void Foreign(DigitsPredictor predictor, float[] x, float[] y)
            {
                using DigitsPredictor other = new();
                using DigitsPredictor.Workspace workspace = other.CreateWorkspace();
                predictor.Predict(x, y, workspace);
            }

            internal static void WithoutWorkspace(DigitsPredictor predictor, float[] x, float[] y) => predictor.Predict(x, y, null!);

            internal static string Label(int index) => DigitsPredictor.Labels[index];
            internal static int Length => DigitsPredictor.ImageLength;
            internal static long Allocated(DigitsPredictor predictor, float[] x, float[] y)
            {
                predictor.Predict(x, y);
                predictor.Classify(x);
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 100; i++)
                {
                    predictor.Predict(x, y);
                    predictor.PredictBatch(1, x, y);
                    predictor.Classify(x);
                }

                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
        """;

    private static readonly Random s_random = new(5);
    private static readonly float[] s_w1 = Random(SamplePlans.Pixels * SamplePlans.Hidden);
    private static readonly float[] s_b1 = Random(SamplePlans.Hidden);
    private static readonly float[] s_w2 = Random(SamplePlans.Hidden * SamplePlans.Classes);
    private static readonly float[] s_b2 = Random(SamplePlans.Classes);
    private static readonly Lazy<Assembly> s_assembly = new(static () => Load(SamplePlans.Digits, Caller));

    [Fact]
    public void A_generated_predictor_computes_what_a_plain_loop_does()
    {
        IPredictor predictor = Shared();
        float[] x = Random(SamplePlans.Pixels * 3);
        float[] y = new float[SamplePlans.Classes * 3];
        Call("Batch", predictor, 3, x, y);
        for (int item = 0; item < 3; item++)
        {
            float[] image = x[(item * SamplePlans.Pixels)..((item + 1) * SamplePlans.Pixels)];
            double[] expected = Expected(image);
            float[] actual = (float[])Call("One", predictor, image)!;
            Assert.All(actual, (value, index) => Assert.Equal(expected[index], value, Tolerance));
            Assert.Equal(actual, y[(item * SamplePlans.Classes)..((item + 1) * SamplePlans.Classes)]);
            float[] own = new float[SamplePlans.Classes + 2];
            Call("Own", predictor, image, own);
            Assert.Equal([.. actual, 0, 0], own);
        }
    }

    [Fact]
    public void Labels_are_ranked_by_softmax()
    {
        float[] x = Random(SamplePlans.Pixels);
        double[] expected = Expected(x);
        int best = Array.IndexOf(expected, expected.Max());
        LabelScore score = (LabelScore)Call("Best", Shared(), x)!;
        Assert.Equal(best, score.Index);
        Assert.Equal(Call("Label", best), score.Label);
        Assert.Equal(1 / expected.Sum(value => Math.Exp(value - expected.Max())), score.Score, Tolerance);
        LabelScore[] all = new LabelScore[20];
        Assert.Equal(SamplePlans.Classes, Call("Top", Shared(), x, all));
        Assert.Equal(1, all.Sum(static item => item.Score), Tolerance);
    }

    [Fact]
    public void Access_by_name_takes_any_batch()
    {
        float[] x = Random(SamplePlans.Pixels * 2);
        float[] y = new float[SamplePlans.Classes * 2];
        Shared().Predict(new NamedTensors { { "image", x } }, new NamedTensors { { "logits", y } });
        Assert.Equal((float[])Call("One", Shared(), x[SamplePlans.Pixels..])!, y[SamplePlans.Classes..]);
        Assert.Throws<ArgumentException>(() => Shared().Predict(new NamedTensors { { "image", new float[3] } }, new NamedTensors { { "logits", y } }));
        Assert.Throws<ArgumentException>(() => Shared().Predict(new NamedTensors(), new NamedTensors { { "logits", y } }));
    }

    [Fact]
    public void A_wrong_length_names_parameter_expectation_and_length()
    {
        ArgumentException input = Assert.Throws<ArgumentException>(() => Call("One", Shared(), new float[3]));
        Assert.Equal("image", input.ParamName);
        Assert.Contains("3 elements; expected 784", input.Message, StringComparison.Ordinal);
        Assert.Equal("logits", Assert.Throws<ArgumentException>(() => Call("Own", Shared(), new float[784], new float[9])).ParamName);
        Assert.Equal("image", Assert.Throws<ArgumentException>(() => Call("Batch", Shared(), 2, new float[784], new float[20])).ParamName);
        Assert.Equal("logits", Assert.Throws<ArgumentException>(() => Call("Batch", Shared(), 2, new float[1568], new float[19])).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Call("Batch", Shared(), -1, new float[0], new float[0]));
        Assert.Equal("workspace", Assert.Throws<ArgumentException>(() => Call("Foreign", Shared(), new float[784], new float[10])).ParamName);
    }

    [Fact]
    public void An_output_over_an_input_is_refused_by_both_names()
    {
        float[] memory = new float[SamplePlans.Pixels];
        ArgumentException one = Assert.Throws<ArgumentException>(() => Call("Own", Shared(), memory, memory));
        Assert.Equal("logits", one.ParamName);
        Assert.Contains("'image' and 'logits' share memory", one.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Call("Batch", Shared(), 1, memory, memory));
        Assert.Throws<ArgumentException>(() => Shared().Predict(new NamedTensors { { "image", memory } }, new NamedTensors { { "logits", memory } }));
    }

    [Fact]
    public void State_may_be_one_buffer_and_outputs_may_not()
    {
        IPredictor predictor = Blocks(limit: 5);
        float[] state = [1, 2, 3, 4];
        float[] y = new float[4];
        long[] iteration = [1];
        long[] n = new long[1];
        predictor.Predict(new NamedTensors { { "x", [.. state] }, { "iteration", iteration } }, new NamedTensors { { "y", y }, { "n", n } });
        predictor.Predict(new NamedTensors { { "x", state }, { "iteration", iteration } }, new NamedTensors { { "y", state }, { "n", n } });
        Assert.Equal(y, state);
        float[] longer = new float[6];
        ArgumentException shifted = Assert.Throws<ArgumentException>(() =>
            predictor.Predict(new NamedTensors { { "x", longer.AsMemory(0, 4) }, { "iteration", iteration } }, new NamedTensors { { "y", longer.AsMemory(2, 4) }, { "n", n } }));
        Assert.Contains("'x' and 'y' share memory", shifted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_is_refused_by_name()
    {
        Assert.Equal("workspace", Assert.Throws<ArgumentNullException>(() => Call("WithoutWorkspace", Shared(), new float[784], new float[10])).ParamName);
        Assert.Equal("inputs", Assert.Throws<ArgumentNullException>(() => Shared().Predict(null!, [])).ParamName);
        Assert.Equal("outputs", Assert.Throws<ArgumentNullException>(() => Shared().Predict([], null!)).ParamName);
    }

    [Fact]
    public void A_warm_predictor_allocates_nothing() =>
        Assert.Equal(0L, Call("Allocated", Shared(), Random(SamplePlans.Pixels), new float[SamplePlans.Classes]));

    [Fact]
    public void Many_threads_share_one_instance()
    {
        IPredictor predictor = Shared();
        float[] x = Random(SamplePlans.Pixels);
        float[] expected = (float[])Call("One", predictor, x)!;
        Parallel.For(0, 200, _ => Assert.Equal(expected, (float[])Call("One", predictor, x)!));
    }

    [Fact]
    public void Disposed_predictors_and_foreign_weights_are_refused()
    {
        Type type = s_assembly.Value.GetType("MyApp.Models.DigitsPredictor")!;
        byte[] blob = Weights(SamplePlans.Digits);
        var predictor = (IPredictor)Activator.CreateInstance(type, new PredictorOptions { Weights = blob })!;
        float[] x = Random(SamplePlans.Pixels);
        Assert.Equal((float[])Call("One", Shared(), x)!, (float[])Call("One", predictor, x)!);
        ((IDisposable)predictor).Dispose();
        Assert.Contains("predictor", Assert.Throws<ObjectDisposedException>(() => Call("One", predictor, x)).Message, StringComparison.Ordinal);

        blob[20] ^= 1;
        Exception? failure = Record.Exception(() => Activator.CreateInstance(type, new PredictorOptions { Weights = blob }));
        Assert.IsType<InvalidDataException>(failure is TargetInvocationException wrapped ? wrapped.InnerException : failure);
    }

    [Fact]
    public void Info_tells_the_plan_and_the_measured_error()
    {
        PredictorInfo info = Shared().Info;
        Assert.Equal("digits", info.ModelName);
        Assert.Equal<IEnumerable<long>>([-1, 1, 28, 28], info.Inputs[0].Shape);
        Assert.Equal<IEnumerable<string>>(["batch", ""], info.Outputs[0].Symbols);
        Assert.Equal((SamplePlans.Pixels + SamplePlans.Classes) * SamplePlans.Hidden, info.Macs);
        Assert.Equal(0.0031, info.Error!.MaxAbsolute);
        Assert.Equal("top1", info.Error.MetricName);
    }

    [Fact]
    public void A_plan_of_2000_steps_runs()
    {
        const int Steps = 2000;
        ExecutionPlan plan = SamplePlans.Chain(Steps);
        GeneratorRun run = GeneratorRun.Of(plan);
        float[] one = [1, 2, 3, 4];
        byte[] data = new byte[plan.WeightsBytes];
        MemoryMarshal.AsBytes<float>(one).CopyTo(data);
        Assembly assembly = PredictorCompilation.Load(PredictorCompilation.Of(run.Source), "ModelBuild.MyApp.Models.ChainPredictor.weights", WeightsHeader.CreateBlob(data, PlanIdentity.Compute(plan)));
        var predictor = (IPredictor)Activator.CreateInstance(assembly.GetType("MyApp.Models.ChainPredictor")!)!;
        float[] y = new float[8];
        predictor.Predict(new NamedTensors { { "x", new float[] { 0, 0, 0, 0, 1, 1, 1, 1 } } }, new NamedTensors { { "y", y } });
        Assert.Equal([2000, 4000, 6000, 8000, 2001, 4001, 6001, 8001], y);
        Assert.True(run.Source.Split("private void Steps").Length - 1 == (Steps + 63) / 64);
    }

    [Fact]
    public void Loops_and_choices_run()
    {
        IPredictor predictor = Blocks(limit: 5);
        float[] y = new float[4];
        long[] n = new long[1];
        predictor.Predict(new NamedTensors { { "x", new float[] { 1, 2, 3, 4 } }, { "iteration", new long[] { 2 } } }, new NamedTensors { { "y", y }, { "n", n } });

        // Doubled 3 times until 5 is reached, then twice in each of 2 iterations, then 3 times.
        Assert.Equal([1024, 2048, 3072, 4096], y);
        Assert.Equal(1, n[0]);
    }

    [Fact]
    public void A_signature_throws_and_says_why()
    {
        string source = GeneratorRun.Of(SamplePlans.Signature(SamplePlans.Digits)).Source;
        Assembly assembly = PredictorCompilation.Load(PredictorCompilation.Of(source), "none", []);
        Type type = assembly.GetType("MyApp.Models.DigitsPredictor")!;
        TargetInvocationException exception = Assert.Throws<TargetInvocationException>(() => type.GetProperty("Shared")!.GetValue(null));
        Assert.Contains("not been built yet", Assert.IsType<InvalidOperationException>(exception.InnerException).Message, StringComparison.Ordinal);
    }

    private static IPredictor Blocks(float limit)
    {
        ExecutionPlan plan = SamplePlans.Blocks;
        byte[] data = new byte[plan.WeightsBytes];
        MemoryMarshal.AsBytes<float>([limit]).CopyTo(data);
        Assembly assembly = PredictorCompilation.Load(
            PredictorCompilation.Of(GeneratorRun.Of(plan).Source), "ModelBuild.MyApp.Models.BlocksPredictor.weights", WeightsHeader.CreateBlob(data, PlanIdentity.Compute(plan)));
        return (IPredictor)Activator.CreateInstance(assembly.GetType("MyApp.Models.BlocksPredictor")!)!;
    }

    private static IPredictor Shared() => (IPredictor)s_assembly.Value.GetType("MyApp.Models.DigitsPredictor")!.GetProperty("Shared")!.GetValue(null)!;

    private static object? Call(string method, params object[] arguments)
    {
        MethodInfo info = s_assembly.Value.GetType("Caller")!.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!;
        return info.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

    private static Assembly Load(ExecutionPlan plan, string caller)
    {
        string source = GeneratorRun.Of(plan, SamplePlans.Verification).Source;
        return PredictorCompilation.Load(PredictorCompilation.Of(source, caller), "ModelBuild.MyApp.Models.DigitsPredictor.weights", Weights(plan));
    }

    private static byte[] Weights(ExecutionPlan plan)
    {
        byte[] data = new byte[plan.WeightsBytes];
        Span<float> floats = MemoryMarshal.Cast<byte, float>(data.AsSpan());
        GemmPacking.Pack(s_w1, floats, SamplePlans.Hidden, SamplePlans.Pixels, transposed: false);
        floats = floats[(SamplePlans.Pixels * SamplePlans.Hidden)..];
        s_b1.CopyTo(floats);
        floats = floats[SamplePlans.Hidden..];
        GemmPacking.Pack(s_w2, floats, SamplePlans.Classes, SamplePlans.Hidden, transposed: false);
        s_b2.CopyTo(floats[(SamplePlans.PackedClasses * SamplePlans.Hidden)..]);
        return WeightsHeader.CreateBlob(data, PlanIdentity.Compute(plan));
    }

    private static double[] Expected(float[] x) => Dense(Dense([.. x.Select(static value => (double)value)], s_w1, s_b1, relu: true), s_w2, s_b2, relu: false);

    private static double[] Dense(double[] x, float[] w, float[] b, bool relu)
    {
        double[] y = new double[b.Length];
        for (int n = 0; n < y.Length; n++)
        {
            double sum = b[n];
            for (int k = 0; k < x.Length; k++)
            {
                sum += x[k] * w[(k * y.Length) + n];
            }

            y[n] = relu ? Math.Max(sum, 0) : sum;
        }

        return y;
    }

    private static float[] Random(int length)
    {
        lock (s_random)
        {
            return [.. Enumerable.Range(0, length).Select(static _ => ((float)s_random.NextDouble() - 0.5f) / 4)];
        }
    }
}
