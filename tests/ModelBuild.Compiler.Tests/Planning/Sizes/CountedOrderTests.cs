using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>Steps that need a counted size and read no value of the step that counts it.</summary>
public sealed class CountedOrderTests
{
    private const int Length = 5;
    private const float Filling = -0.25f;

    [Fact]
    public void WhatIsFilledByASizeStandsAfterTheStepThatCountsIt()
    {
        // As many rows as there are indices above 1 of elements above 0; drawn as seed 88121 of the counted graphs.
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(Length)));
        Value above = graph.Add("Greater", "above", [x, graph.AddConstant("zero", Tensor.Scalar(0f))]);
        Value places = graph.Add("Transpose", "places", [graph.Add("NonZero", "found", [above])], new AttributeMap { { "perm", new[] { 1L, 0 } } });
        Value numbers = graph.Add("Cast", "numbers", [places], new AttributeMap { { "to", (long)DType.F32 } });
        Value later = graph.Add("NonZero", "later", [graph.Add("Greater", "high", [numbers, graph.AddConstant("one", Tensor.Scalar(1f))])]);
        Value count = graph.Add("Shape", "count", [later], new AttributeMap { { "start", 1L }, { "end", 2L } });
        Value shape = graph.Add("Concat", "shape", [count, graph.AddConstant("three", Tensor.Vector(3L))], new AttributeMap { { "axis", 0L } });
        graph.AddOutput("filled", graph.Add("ConstantOfShape", "filled", [shape], new AttributeMap { { "value", new TensorAttribute(Tensor.Vector(Filling)) } }));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        PlanStep[] steps = [.. model.Plan.Steps];
        Assert.True(Array.FindLastIndex(steps, s => s.Count >= 0) < Array.FindIndex(steps, s => s.Kernel == "Counts.Fill"));
        Tensor filled = CountedHarness.Check(graph, model, Tensor.Vector<float>(1, 1, 1, -1, 1))[0];
        Assert.Equal([2, 3], filled.Dims);
        Assert.All(filled.Span<float>().ToArray(), v => Assert.Equal(Filling, v));
        Assert.Equal([0, 3], CountedHarness.Check(graph, model, Tensor.Vector<float>(1, 1, -1, -1, -1))[0].Dims);
    }
}
