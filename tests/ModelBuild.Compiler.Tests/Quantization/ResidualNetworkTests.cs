using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Quantization;

namespace ModelBuild.Compiler.Tests.Quantization;

/// <summary>A network with residual additions, quantised with real pictures.</summary>
public sealed class ResidualNetworkTests
{
    private const string Network = "mlperf-tiny/image_classification/pretrainedResnet.h5";
    private const int TestPictures = 2000;

    /// <summary>0.3 points of the test pictures.</summary>
    private const int MaxLost = 6;

    [RealModelFact]
    public void Everything_but_the_softmax_runs_on_integers_with_the_bits_of_the_reference()
    {
        Graph lowered = Int8Networks.Lower(Quantized());
        // The logits are copied to an output of their own: the softmax behind them is no integer function.
        GraphOutput logits = lowered.AddOutput("logits", lowered.Nodes.Single(n => n.OpType == "QuantizedGemm").Output);
        CompiledModel model = Planner.Plan(lowered);
        using PlanInterpreter plan = new(model);

        Assert.Equal(
            ["ConvU8S8.ToU8 9", "Copy.Run 1", "GemmU8S8.ToF32 1", "Quantize.F32ToU8 1", "QuantizedAdd.Run 3", "QuantizedAveragePool.U8 1", "Softmax.F32 1"],
            model.Plan.Steps.GroupBy(s => s.Kernel, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()}"));
        int index = lowered.Outputs.Count - 1;
        Assert.Same(logits, lowered.Outputs[index]);
        foreach ((IReadOnlyList<Tensor> sample, _) in Int8Networks.Pictures("test_0000_1999.bin", 2))
        {
            Assert.Equal(ReferenceEvaluator.Run(lowered, sample)[index].ToDoubleArray(), plan.Run(sample)[index].ToDoubleArray());
        }
    }

    [RealModelFact]
    public void As_many_pictures_are_recognised_as_in_float()
    {
        Graph source = Importers.Import(TestData.PathOf(Network));
        DimBinder.Bind(source, new Dictionary<string, long?>());
        using PlanInterpreter real = new(Planner.Plan(Int8Networks.Lower(source)));
        using PlanInterpreter integer = new(Planner.Plan(Int8Networks.Lower(Quantized())));
        (IReadOnlyList<Tensor> Inputs, int Label)[] pictures = Int8Networks.Pictures("test_0000_1999.bin", TestPictures);

        int expected = pictures.Count(p => Answer(real, p.Inputs) == p.Label);
        int actual = pictures.Count(p => Answer(integer, p.Inputs) == p.Label);

        Assert.InRange(expected, 0.9 * TestPictures, TestPictures);
        Assert.InRange(actual, expected - MaxLost, TestPictures);
    }

    private static Graph Quantized() =>
        Int8Networks.Quantize(Network, "int8-static", [.. Int8Networks.Pictures("train_0000_0999.bin", 128).Select(p => p.Inputs)]);

    private static int Answer(PlanInterpreter plan, IReadOnlyList<Tensor> inputs)
    {
        ReadOnlySpan<float> y = plan.Run(inputs)[0].Span<float>();
        int best = 0;
        for (int i = 1; i < y.Length; i++)
        {
            best = y[i] > y[best] ? i : best;
        }

        return best;
    }
}
