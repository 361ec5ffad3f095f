using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Ops.RandomNumbers;

/// <summary>Random operators with a seed: always the same numbers, of the right distribution.</summary>
public sealed class RandomOperatorTests
{
    private const int Many = 40_000;

    /// <summary>Means of that many numbers of deviation 1 lie within 5 / sqrt(40,000) but once in millions of seeds; these seeds are fixed.</summary>
    private const double Near = 0.025;

    [Fact]
    public void NumbersOfASeedNeverChange()
    {
        AttributeMap attributes = new() { { "seed", 0f }, { "shape", [5L] } };
        Assert.Equal([6694888f / (1 << 24), 14772677f / (1 << 24)], Run("RandomUniform", attributes).Span<float>()[..2].ToArray());
        float[] normal = Run("RandomNormal", attributes).Span<float>().ToArray();
        double radius = Math.Sqrt(-2 * Math.Log((0x6627e8d5 + 0.5) / 4294967296.0));
        double turn = 2 * Math.PI * (0xe169c58d / 4294967296.0);
        Assert.Equal((float)(radius * Math.Cos(turn)), normal[0]);
        Assert.Equal((float)(radius * Math.Sin(turn)), normal[1]);
    }

    [Fact]
    public void UniformNumbersFillTheirRange()
    {
        double[] values = Run("RandomUniform", new AttributeMap { { "seed", 3f }, { "low", -2f }, { "high", 4f }, { "shape", [(long)Many] } }).ToDoubleArray();
        Assert.All(values, v => Assert.InRange(v, -2, 4));
        double[] unit = [.. values.Select(v => (v + 2) / 6)];
        Assert.Equal(0.5, unit.Average(), Near);
        Assert.Equal(1 / 12.0, unit.Average(v => (v - 0.5) * (v - 0.5)), Near);
        Assert.Equal(0, unit.Zip(unit.Skip(1)).Average(p => (p.First - 0.5) * (p.Second - 0.5)), Near);
    }

    [Fact]
    public void NormalNumbersHaveTheirMoments()
    {
        double[] values = Run("RandomNormal", new AttributeMap { { "seed", 7f }, { "mean", 10f }, { "scale", 2f }, { "shape", [(long)Many] } }).ToDoubleArray();
        double[] unit = [.. values.Select(v => (v - 10) / 2)];
        Assert.Equal(0, unit.Average(), Near);
        Assert.Equal(1, unit.Average(v => v * v), 2 * Near);
        Assert.Equal(3, unit.Average(v => v * v * v * v), 10 * Near);
        Assert.Equal(0.6827, unit.Count(v => Math.Abs(v) < 1) / (double)Many, Near);
    }

    [Theory]
    [InlineData(DType.F16)]
    [InlineData(DType.BF16)]
    [InlineData(DType.F64)]
    public void ElementTypesAreRoundedFromTheSameNumbers(DType type)
    {
        AttributeMap attributes = new() { { "seed", 1f }, { "shape", [2L, 3L] } };
        double[] single = Run("RandomNormal", attributes).ToDoubleArray();
        attributes.Add("dtype", (long)type);

        // A plan holds bfloat16 by its bits.
        Tensor rounded = OpHarness.Run("RandomNormal", attributes, [], plan: type != DType.BF16)[0];
        Assert.Equal(new TensorType(type, Shape.Of(2, 3)), rounded.Type);
        double tolerance = type == DType.F64 ? 1e-6 : 0.02;
        Assert.All(rounded.ToDoubleArray().Zip(single), p => Assert.Equal(p.Second, p.First, tolerance));
    }

    [Fact]
    public void AnInputMayTellTheShape()
    {
        Tensor[] expected = [Run("RandomUniform", new AttributeMap { { "seed", 2f }, { "shape", [3L, 4L] } })];
        OpHarness.AssertEqual(expected, OpHarness.Run("RandomUniformLike", new AttributeMap { { "seed", 2f } }, [new Tensor(DType.F32, [3, 4])]));
        OpHarness.AssertEqual(expected, OpHarness.Run("RandomUniformLike", new AttributeMap { { "seed", 2f }, { "dtype", 1L } }, [new Tensor(DType.I64, [3, 4])]));
        Assert.NotEqual(expected[0].Span<float>().ToArray(), OpHarness.Run("RandomUniformLike", new AttributeMap { { "seed", 3f } }, [new Tensor(DType.F32, [3, 4])])[0].Span<float>().ToArray());
    }

    [Fact]
    public void BernoulliDrawsWithTheProbabilityOfEachElement()
    {
        float[] probabilities = [.. Enumerable.Range(0, Many).Select(i => i % 4 / 3f)];
        Tensor drawn = OpHarness.Run("Bernoulli", new AttributeMap { { "seed", 5f }, { "dtype", (long)DType.I64 } }, [Tensor.Create<float>(probabilities, Many)])[0];
        long[] values = drawn.ToInt64Array();
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(i / 3.0, values.Where((_, at) => at % 4 == i).Average(), 2 * Near);
        }

        Assert.All(values, v => Assert.InRange(v, 0, 1));
        Assert.Equal(DType.F32, OpHarness.Run("Bernoulli", new AttributeMap { { "seed", 5f } }, [Tensor.Vector(0.5f)])[0].DType);
    }

    [Fact]
    public void MultinomialDrawsClassesByTheirLogarithms()
    {
        // Probabilities 0.1, 0.6, 0.3 and, in the second item, 0, 1, 0.
        float low = -100;
        Tensor logits = Tensor.Create<float>([MathF.Log(0.1f) + 3, MathF.Log(0.6f) + 3, MathF.Log(0.3f) + 3, low, 0, low], 2, 3);
        Tensor drawn = OpHarness.Run("Multinomial", new AttributeMap { { "seed", 1f }, { "sample_size", (long)Many } }, [logits])[0];
        Assert.Equal(new TensorType(DType.I32, Shape.Of(2, Many)), drawn.Type);
        long[] first = drawn.ToInt64Array()[..Many];
        Assert.Equal(0.1, first.Count(c => c == 0) / (double)Many, Near);
        Assert.Equal(0.6, first.Count(c => c == 1) / (double)Many, Near);
        Assert.All(drawn.ToInt64Array()[Many..], c => Assert.Equal(1, c));
        Assert.Equal(DType.I64, OpHarness.Run("Multinomial", new AttributeMap { { "seed", 1f }, { "dtype", (long)DType.I64 } }, [logits])[0].DType);
    }

    [Fact]
    public void NumbersAreConstantsOfThePlan()
    {
        Graph graph = new(Compiler.Ops.Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(3)));
        Value noise = graph.Add("RandomNormal", "noise", [], new AttributeMap { { "seed", 1f }, { "shape", [3L] } });
        graph.AddOutput("y", graph.Add("Add", "sum", [x, noise]));
        PassRunner.Run(graph, PassPipelines.Optimize, default);
        Assert.Equal("Add", Assert.Single(graph.Nodes).OpType);
    }

    [Theory]
    [InlineData("RandomNormal", false)]
    [InlineData("RandomUniformLike", true)]
    [InlineData("Bernoulli", true)]
    [InlineData("Multinomial", true)]
    public void WithoutASeedTheNodeIsRefused(string op, bool hasInput)
    {
        AttributeMap attributes = hasInput ? [] : new AttributeMap { { "shape", [3L] } };
        Assert.Contains("with a seed", Refused(Descriptors.UnsupportedAttribute, op, attributes, hasInput ? [new Tensor(DType.F32, [1, 2])] : []), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatContradictsTheOperatorsIsRefused()
    {
        Refused(Descriptors.InvalidNode, "RandomNormal", new AttributeMap { { "seed", 1f } }, []);
        Refused(Descriptors.InvalidNode, "RandomNormal", new AttributeMap { { "seed", 1f }, { "shape", [-3L] } }, []);
        Refused(Descriptors.UnsupportedAttribute, "RandomNormal", new AttributeMap { { "seed", 1f }, { "shape", [3L] }, { "dtype", 7L } }, []);
        Refused(Descriptors.UnsupportedAttribute, "RandomNormalLike", new AttributeMap { { "seed", 1f } }, [new Tensor(DType.I32, [2])]);
        Refused(Descriptors.UnsupportedAttribute, "Multinomial", new AttributeMap { { "seed", 1f }, { "dtype", 1L } }, [new Tensor(DType.F32, [1, 2])]);
        Refused(Descriptors.ShapeMismatch, "Multinomial", new AttributeMap { { "seed", 1f } }, [new Tensor(DType.F32, [2])]);
    }

    private static Tensor Run(string op, AttributeMap attributes) => OpHarness.Run(op, attributes, [])[0];

    private static string Refused(DiagnosticDescriptor descriptor, string op, AttributeMap attributes, Tensor[] variables) =>
        Errors.Expect(descriptor, () => TypeInference.Run(OpHarness.GraphOf(op, attributes, variables, [])));
}
