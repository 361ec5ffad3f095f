using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Recurrent;

public sealed class RecurrentTests
{
    private const int Cases = 120;

    /// <summary>ONNX Runtime approximates tanh and sigmoid by rational functions, about 1e-6 each; five steps carry that on.</summary>
    private const double OnnxRuntimeTolerance = 1e-4;

    [Theory]
    [InlineData("RNN")]
    [InlineData("GRU")]
    [InlineData("LSTM")]
    public void ReferencePlanAndOnnxRuntimeAgree(string op)
    {
        for (int seed = 0; seed < Cases; seed++)
        {
            RecurrentCase test = new(op, seed, variableWeights: seed % 3 == 0);
            IReadOnlyList<Tensor> expected = CheckPlan(test, seed);
            Tensor[] other = OnnxRuntimeReference.Run(test.Graph, test.Inputs);
            for (int i = 0; i < expected.Count; i++)
            {
                Assert.Equal(other[i].Type, expected[i].Type);
                string? difference = OpHarness.Difference(other[i], expected[i], OnnxRuntimeTolerance);
                Assert.True(difference is null, $"seed {seed}, output {i}: {difference}\n{GraphPrinter.Print(test.Graph)}");
            }
        }
    }

    [Theory]
    [InlineData("RNN")]
    [InlineData("GRU")]
    [InlineData("LSTM")]
    public void BatchFirstAgreesWithTheReference(string op)
    {
        for (int seed = 0; seed < Cases; seed++)
        {
            CheckPlan(new RecurrentCase(op, seed, batchFirst: true, variableWeights: seed % 3 == 0), seed);
        }
    }

    [Fact]
    public void SequencesOfLengthZeroKeepTheirState()
    {
        Random random = new(1);
        Tensor x = PlanAgainstReference.Filled(random, 3, 2, 4);
        Tensor w = PlanAgainstReference.Filled(random, 1, 20, 4);
        Tensor r = PlanAgainstReference.Filled(random, 1, 20, 5);
        Tensor h = PlanAgainstReference.Filled(random, 1, 2, 5);
        Tensor[] results = OpHarness.Run("LSTM", new AttributeMap { { "hidden_size", 5 } }, [x], [w, r, null, Tensor.Vector(0, 2), h, h], outputs: 3);
        Assert.Equal(h.Span<float>()[..5].ToArray(), results[1].Span<float>()[..5].ToArray());
        Assert.All(results[0].Span<float>()[..5].ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void HalfPrecisionIsComputedInSinglePrecision()
    {
        Random random = new(1);
        Tensor Half(params long[] dims) => Tensor.Create<Half>([.. PlanAgainstReference.Filled(random, dims).Span<float>().ToArray().Select(v => (Half)v)], dims);
        Graph graph = OpHarness.GraphOf("GRU", new AttributeMap { { "hidden_size", 5 } }, [Half(3, 2, 4)], [Half(1, 15, 4), Half(1, 15, 5)], outputs: 2);
        TypeInference.Run(graph);
        Tensor[] inputs = [Half(3, 2, 4)];
        IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(graph, inputs);
        Tensor[] actual = OpHarness.RunPlan(graph, inputs);
        Assert.Equal(expected[0].Type, actual[0].Type);

        // One unit in the last place of binary16 at 1.
        Assert.Null(OpHarness.Difference(expected[0], actual[0], 1e-3));
    }

    [Theory]
    [InlineData("direction", "both", "MDB2002")]
    [InlineData("layout", "2", "MDB2002")]
    [InlineData("clip", "-1", "MDB2002")]
    [InlineData("activations", "Tanh,Tanh", "MDB2003")]
    [InlineData("activations", "Tahn", "MDB2002")]
    [InlineData("activations", "1", "MDB2002")]
    [InlineData("hidden_size", "7", "MDB2003")]
    public void WrongAttributesAreRefused(string name, string value, string code)
    {
        AttributeValue attribute = name switch
        {
            "direction" => new StringAttribute(value),
            "activations" => new StringsAttribute(value.Split(',')),
            "clip" => new FloatAttribute(float.Parse(value, System.Globalization.CultureInfo.InvariantCulture)),
            _ => new IntAttribute(long.Parse(value, System.Globalization.CultureInfo.InvariantCulture)),
        };
        Tensor[] inputs = [new(DType.F32, [3, 2, 4]), new(DType.F32, [1, 5, 4]), new(DType.F32, [1, 5, 5])];
        Graph graph = OpHarness.GraphOf("RNN", new AttributeMap { { name, attribute } }, inputs, []);
        ModelBuildException e = Assert.Throws<ModelBuildException>(() => TypeInference.Run(graph));
        Assert.Equal(code, e.Diagnostics[0].Descriptor.Code);
    }

    [Theory]
    [InlineData(1, new long[] { 1, 15, 4 })]
    [InlineData(2, new long[] { 1, 20, 4 })]
    [InlineData(3, new long[] { 1, 20 })]
    [InlineData(4, new long[] { 3 })]
    [InlineData(5, new long[] { 2, 1, 5 })]
    [InlineData(6, new long[] { 1, 2, 4 })]
    [InlineData(7, new long[] { 2, 15 })]
    public void WrongShapesAreRefused(int input, long[] dims)
    {
        long[][] shapes = [[3, 2, 4], [1, 20, 4], [1, 20, 5], [1, 40], [2], [1, 2, 5], [1, 2, 5], [1, 15]];
        shapes[input] = dims;
        Graph graph = OpHarness.GraphOf("LSTM", [], [.. shapes.Select((s, i) => new Tensor(i == 4 ? DType.I32 : DType.F32, s))], []);
        ModelBuildException e = Assert.Throws<ModelBuildException>(() => TypeInference.Run(graph));
        Assert.Equal(Descriptors.ShapeMismatch.Code, e.Diagnostics[0].Descriptor.Code);
    }

    private static IReadOnlyList<Tensor> CheckPlan(RecurrentCase test, int seed)
    {
        IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(test.Graph, test.Inputs);
        Tensor[] actual = OpHarness.RunPlan(test.Graph, test.Inputs);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(test.Graph.Outputs[i].Value.Type, expected[i].Type);
            Assert.Equal(expected[i].Type, actual[i].Type);
            string? difference = OpHarness.Difference(expected[i], actual[i]);
            Assert.True(difference is null, $"seed {seed}, output {i}: {difference}\n{GraphPrinter.Print(test.Graph)}");
        }

        return expected;
    }
}
