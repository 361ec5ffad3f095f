using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Ops;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>Sizes of a call that must not be above, or must be, one that is fixed, and such that must be equal.</summary>
public sealed class AllowedCountsTests
{
    [Fact]
    public void IndicesReachNoFurtherThanWhatTheyStandFor()
    {
        // Indices of as many rows as the call says, into a tensor of 5.
        Graph graph = new(Operators.Set);
        Value table = graph.AddInput("table", new TensorType(DType.F32, Shape.Of([5, 3])));
        Value size = graph.AddInput("size", new TensorType(DType.I64, Shape.Of([2])));
        Value indices = graph.Add("ConstantOfShape", "indices", [size], new AttributeMap { { "value", new TensorAttribute(Tensor.Vector(1L)) } });
        graph.AddOutput("y", graph.Add("GatherElements", "y", [table, indices], new AttributeMap { { "axis", 1L } }));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);

        PlanDim rows = Assert.Single(model.Plan.Dims, d => d.IsBounded);
        Assert.Equal(5, rows.Maximum);
        Tensor x = OpHarness.Counting(DType.F32, 5, 3);
        foreach (long count in (long[])[0, 1, 4, 5])
        {
            CountedHarness.Check(graph, model, x, Tensor.Vector(count, 2));
        }

        using PlanInterpreter interpreter = new(model);
        Assert.Contains("needs at most 5", Assert.ThrowsAny<ArgumentException>(() => interpreter.Run([x, Tensor.Vector(6L, 2)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASizeThatFitsOnlyAsAFixedOneMustBeIt()
    {
        // The rows of a call are multiplied by a matrix of 4 rows.
        Graph graph = new(Operators.Set);
        Value size = graph.AddInput("size", new TensorType(DType.I64, Shape.Of([2])));
        Value right = graph.AddInput("right", new TensorType(DType.F32, Shape.Of([4, 3])));
        Value left = graph.Add("ConstantOfShape", "left", [size], new AttributeMap { { "value", new TensorAttribute(Tensor.Vector(2f)) } });
        graph.AddOutput("y", graph.Add("MatMul", "y", [left, right]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);

        Tensor b = OpHarness.Counting(DType.F32, 4, 3);
        foreach (long count in (long[])[0, 1, 6])
        {
            CountedHarness.Check(graph, model, Tensor.Vector(count, 4), b);
        }

        using PlanInterpreter interpreter = new(model);
        foreach (long other in (long[])[0, 1, 3, 5])
        {
            Assert.Contains("4", Assert.ThrowsAny<ArgumentException>(() => interpreter.Run([Tensor.Vector(2, other), b])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AReshapeMustGiveWhatItsTargetCountsElsewhere()
    {
        // What a shape fills is added to a reshaped tensor.
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of([12])));
        Value size = graph.AddInput("size", new TensorType(DType.I64, Shape.Of([2])));
        Value filled = graph.Add("ConstantOfShape", "filled", [size], new AttributeMap { { "value", new TensorAttribute(Tensor.Vector(2f)) } });
        graph.AddOutput("y", graph.Add("Mul", "y", [filled, graph.Add("Reshape", "reshaped", [x, size])]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);

        Assert.Equal(2, model.Plan.Dims.Count);
        Tensor values = OpHarness.Counting(DType.F32, 12);
        foreach (long rows in (long[])[1, 3, 12])
        {
            CountedHarness.Check(graph, model, values, Tensor.Vector(rows, 12 / rows));
        }

        using PlanInterpreter interpreter = new(model);
        Assert.Contains("Reshape", Assert.ThrowsAny<ArgumentException>(() => interpreter.Run([values, Tensor.Vector(0L, 12)])).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => interpreter.Run([values, Tensor.Vector(5L, 3)]));
    }

    [Fact]
    public void ExpandMakesTheAxesThatTheShapeNames()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of([3])));
        Value size = graph.AddInput("size", new TensorType(DType.I64, Shape.Of([1])));
        Value rows = graph.Add("Expand", "rows", [x, graph.Add("Concat", "shape", [size, graph.AddConstant("three", Tensor.Vector(3L))], new AttributeMap { { "axis", 0L } })]);
        Value filled = graph.Add("ConstantOfShape", "filled", [size]);
        graph.AddOutput("y", graph.Add("Add", "y", [rows, graph.Add("Unsqueeze", "column", [filled, graph.AddConstant("one", Tensor.Vector(1L))])]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);

        Assert.Single(model.Plan.Dims);
        foreach (long count in (long[])[0, 1, 2, 9])
        {
            CountedHarness.Check(graph, model, Tensor.Vector<float>(1, 2, 3), Tensor.Vector(count));
        }
    }

    [Fact]
    public void ExpandChecksAShapeThatMakesNothingOfAnother()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of([3])));
        Value size = graph.AddInput("size", new TensorType(DType.I64, Shape.Of([1])));
        graph.AddOutput("y", graph.Add("Expand", "y", [x, size]));
        TypeInference.Run(graph);
        foreach (long fits in (long[])[3, 1])
        {
            Tensor[] inputs = [Tensor.Vector<float>(1, 2, 3), Tensor.Vector(fits)];
            OpHarness.AssertEqual(ReferenceEvaluator.Run(graph, inputs), OpHarness.RunPlan(graph, inputs));
        }

        Assert.Contains("Expand", Assert.ThrowsAny<ArgumentException>(() => OpHarness.RunPlan(graph, [Tensor.Vector<float>(1, 2, 3), Tensor.Vector(2L)])).Message, StringComparison.Ordinal);
    }
}
