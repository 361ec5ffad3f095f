using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>Sizes that depend on values inside of If and Loop.</summary>
public sealed class CountsInBodiesTests
{
    private const int Length = 7;

    [Fact]
    public void EveryIterationCountsAnew()
    {
        // h = h / 2 + the sum of what of h is above the number of the iteration; the sums are stacked.
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", Vector);
        Value most = graph.AddInput("most", new TensorType(DType.I64, Shape.Scalar));
        Graph body = Body(out Value iteration, out Value condition);
        Value state = body.AddInput("state", Vector);
        Value number = body.Add("Cast", "number", [iteration], new AttributeMap { { "to", (long)DType.F32 } });
        Value found = body.Add("Compress", "found", [state, body.Add("Greater", "above", [state, number])]);
        Value sum = body.Add("ReduceSum", "sum", [body.Add("Abs", "positive", [found])], new AttributeMap { { "keepdims", 0L } });
        body.AddOutput("go", condition);
        body.AddOutput("next", body.Add("Add", "next", [body.Add("Mul", "half", [state, body.AddConstant("c", Tensor.Scalar(0.5f))]), sum]));
        body.AddOutput("sumOut", sum);
        Node loop = graph.AddNode("", "Loop", "loop", [most, null, x], ["last", "sums"], new AttributeMap { { "body", new GraphAttribute(body) } });
        graph.AddOutput("last", loop.Outputs[0]!);
        graph.AddOutput("sums", loop.Outputs[1]!);
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        PlanStep block = Assert.Single(model.Plan.Steps, s => s.Kind == PlanStepKind.Loop);
        Assert.Contains(block.Body, s => s.Count >= 0);
        foreach (long count in (long[])[0, 1, 4])
        {
            CountedHarness.Check(graph, model, Tensor.Vector<float>(0.5f, -1, 3, 1.5f, 0, 2, -4), Tensor.Scalar(count));
        }
    }

    [Fact]
    public void WhatIsCarriedOnIsAddedToASliceThatMovesOn()
    {
        // y += x[i:i+1]: the slice has one element as long as there are any.
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", Vector);
        Value most = graph.AddInput("most", new TensorType(DType.I64, Shape.Scalar));
        Value start = graph.AddInput("start", new TensorType(DType.F32, Shape.Of([1])));
        Graph body = Body(out Value iteration, out Value condition);
        Value state = body.AddInput("state", new TensorType(DType.F32, Shape.Of([1])));
        Value zero = body.AddConstant("zero", Tensor.Vector(0L));
        Value end = body.Add("Add", "end", [iteration, body.AddConstant("step", Tensor.Scalar(1L))]);
        Value slice = body.Add("Slice", "slice", [x, body.Add("Unsqueeze", "from", [iteration, zero]), body.Add("Unsqueeze", "to", [end, zero])]);
        Value next = body.Add("Add", "next", [state, slice]);
        body.AddOutput("go", condition);
        body.AddOutput("next", next);
        body.AddOutput("stacked", next);
        Node loop = graph.AddNode("", "Loop", "loop", [most, null, start], ["last", "sums"], new AttributeMap { { "body", new GraphAttribute(body) } });
        graph.AddOutput("last", loop.Outputs[0]!);
        graph.AddOutput("sums", loop.Outputs[1]!);
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        Tensor values = Tensor.Vector<float>(0.5f, -1, 3, 1.5f, 0, 2, -4);
        foreach (long count in (long[])[1, 3, Length])
        {
            CountedHarness.Check(graph, model, values, Tensor.Scalar(count), Tensor.Vector(-2f));
        }

        using PlanInterpreter interpreter = new(model);
        Assert.Contains("Slice", Assert.ThrowsAny<ArgumentException>(() => interpreter.Run([values, Tensor.Scalar(Length + 1L), Tensor.Vector(-2f)])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ABranchSelectsAndTheOtherTakesAll(bool bothSelect)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", Vector);
        Value isChosen = graph.AddInput("isChosen", new TensorType(DType.Bool, Shape.Scalar));
        Node choice = graph.AddNode("", "If", "choice", [isChosen], ["some"], new AttributeMap
        {
            { "then_branch", new GraphAttribute(Selection(x, "then", 0)) },
            { "else_branch", new GraphAttribute(bothSelect ? Selection(x, "else", 1) : All(x)) },
        });
        graph.AddOutput("some", graph.Add("Neg", "negative", [choice.Output]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        foreach (bool chosen in (bool[])[true, false, true])
        {
            Tensor some = CountedHarness.Check(graph, model, Tensor.Vector<float>(0.5f, -1, 3, 1.5f, 0, 2, -4), Tensor.Scalar(chosen))[0];
            Assert.Equal(chosen ? 4 : bothSelect ? 3 : Length, some.Dims[0]);
            CountedHarness.Check(graph, model, Tensor.Vector<float>(-1, -1, -1, -1, -1, -1, -1), Tensor.Scalar(chosen));
        }
    }

    [Fact]
    public void SlicesThatEachIterationCountsCannotBeStacked()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", Vector);
        Graph body = Body(out Value iteration, out Value condition);
        Value number = body.Add("Cast", "number", [iteration], new AttributeMap { { "to", (long)DType.F32 } });
        body.AddOutput("go", condition);
        body.AddOutput("slice", body.Add("Compress", "found", [x, body.Add("Greater", "above", [x, number])]));
        Node loop = graph.AddNode("", "Loop", "loop", [graph.AddConstant("most", Tensor.Scalar(2L)), null], ["all"], new AttributeMap { { "body", new GraphAttribute(body) } });
        graph.AddOutput("all", loop.Outputs[0]!);
        TypeInference.Run(graph);
        Assert.Contains("each iteration", Errors.Expect(Descriptors.SizeDependence, () => CountedHarness.Compile(graph)), StringComparison.Ordinal);
    }

    private static TensorType Vector => new(DType.F32, new Shape(Length));

    private static Graph Body(out Value iteration, out Value condition)
    {
        Graph body = new(Operators.Set);
        iteration = body.AddInput("iteration", new TensorType(DType.I64, Shape.Scalar));
        condition = body.AddInput("condition", new TensorType(DType.Bool, Shape.Scalar));
        return body;
    }

    private static Graph Selection(Value x, string name, float limit)
    {
        Graph branch = new(Operators.Set);
        branch.AddOutput(name, branch.Add("Compress", name, [x, branch.Add("Greater", $"{name}Above", [x, branch.AddConstant($"{name}Limit", Tensor.Scalar(limit))])]));
        return branch;
    }

    private static Graph All(Value x)
    {
        Graph branch = new(Operators.Set);
        branch.AddOutput("all", branch.Add("Abs", "all", [x]));
        return branch;
    }
}
