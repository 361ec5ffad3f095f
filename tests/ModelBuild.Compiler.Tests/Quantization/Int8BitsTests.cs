using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Quantization;

/// <summary>The deployed int8 plan against the reference evaluation of the quantised graph.</summary>
public sealed class Int8BitsTests
{
    /// <summary>The QDQ graph computes real values in binary32, which break ties differently; one step of 256 is 48 dB.</summary>
    private const double LeastSqnr = 30;

    [RealModelTheory]
    [InlineData("mnist/mnist-8.onnx", "int8-static")]
    [InlineData("mnist/mnist-8.onnx", "int8-dynamic")]
    public void Plan_gives_the_bits_of_the_integer_reference_and_the_values_of_the_standard_graph(string file, string scheme)
    {
        Graph quantized = Int8Networks.Quantize(file, scheme, scheme == "int8-dynamic" ? [] : Int8Networks.Digits(100, 32));
        Graph lowered = Int8Networks.Lower(quantized);
        using PlanInterpreter plan = new(Planner.Plan(lowered));
        List<(Tensor, Tensor)> pairs = [];
        foreach (IReadOnlyList<Tensor> sample in Int8Networks.Digits(0, 3))
        {
            Tensor actual = plan.Run(sample)[0];
            Assert.Equal(ReferenceEvaluator.Run(lowered, sample)[0].ToDoubleArray(), actual.ToDoubleArray());
            pairs.Add((ReferenceEvaluator.Run(quantized, sample)[0], actual));
        }

        Assert.InRange(OutputError.Measure("y", pairs).Sqnr, LeastSqnr, double.PositiveInfinity);
    }
}
