using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Import.Onnx;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Ops.Control;

public sealed class LoopTests
{
    private static readonly Tensor s_x = Tensor.Create<float>([1, -2, 3, -4], 1, 4);

    [Fact]
    public void AKnownNumberOfIterationsStacksItsOutputs()
    {
        // h = relu(h) * 0.5 + x + i, and every h is kept.
        OnnxModelBuilder builder = Model().Initializer(ControlHarness.Int64("m", 3)).Node("Loop", ["m", "", "x"], ["y", "all"], Body("c", "c").As("body")).Output("y").Output("all");
        ExecutionPlan plan = ControlHarness.Check(builder, [s_x], [Tensor.Create<float>([4, 3, 2, 1], 1, 4)]);
        PlanStep loop = Assert.Single(plan.Steps, s => s.Kind == PlanStepKind.Loop);
        Assert.Equal(new LongArgument("count", 3), loop.Arguments[0]);
        Assert.IsType<AbsentArgument>(loop.Arguments[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void ANumberOfIterationsMayBeAnInput(long count)
    {
        OnnxModelBuilder builder = Model();
        builder.Model.Graph.Input.Add(SubgraphBuilder.Info("m", 7));
        builder.Node("Loop", ["m", "", "x"], ["y"], Body("c", "c", stacked: false).As("body")).Output("y");
        ControlHarness.Check(builder, [s_x, Tensor.Scalar(count)]);
    }

    [Fact]
    public void AComputedConditionEndsTheLoop()
    {
        // Halves h until the sum of |h| is below 1; the number of iterations is counted in a second carried value.
        SubgraphBuilder body = new SubgraphBuilder().Input("i", 7).Input("c", 9).Input("h", 1, 1, 4).Input("n", 1)
            .Node("Mul", ["h", "half"], ["h2"]).Node("Add", ["n", "one"], ["n2"]).Node("ReduceL1", ["h2"], ["s"], OnnxModelBuilder.Int("keepdims", 0)).Node("Greater", ["s", "one"], ["go"])
            .Output("go", 9).Output("h2", 1, 1, 4).Output("n2", 1);
        OnnxModelBuilder builder = Model().Initializer(ControlHarness.Bool("start", true)).Node("Loop", ["", "start", "x", "zero"], ["y", "count"], body.As("body")).Output("y").Output("count");
        ExecutionPlan plan = ControlHarness.Check(builder, [s_x], [Tensor.Create<float>([100, -200, 300, 400], 1, 4)]);
        PlanStep loop = Assert.Single(plan.Steps, s => s.Kind == PlanStepKind.Loop);
        Assert.IsType<AbsentArgument>(loop.Arguments[0]);
        Assert.IsType<OperandArgument>(loop.Arguments[1]);
    }

    [Fact]
    public void ValuesMayChangePlaces()
    {
        // Fibonacci on vectors, with a rotation of three values: every carried value becomes another one.
        SubgraphBuilder body = new SubgraphBuilder().Input("i", 7).Input("c", 9).Input("a", 1, 1, 4).Input("b", 1, 1, 4).Input("d", 1, 1, 4)
            .Node("Identity", ["c"], ["c2"]).Node("Add", ["a", "b"], ["sum"]).Node("Identity", ["a"], ["a2"]).Node("Identity", ["b"], ["b2"])
            .Output("c2", 9).Output("b2", 1, 1, 4).Output("sum", 1, 1, 4).Output("a2", 1, 1, 4);
        OnnxModelBuilder builder = Model().Initializer(ControlHarness.Int64("m", 5)).Node("Neg", ["x"], ["v"]).Node("Exp", ["x"], ["w"])
            .Node("Loop", ["m", "", "x", "v", "w"], ["p", "q", "r"], body.As("body")).Output("p").Output("q").Output("r");
        ControlHarness.Check(builder, [s_x]);
    }

    [Fact]
    public void WhatIsAliveAroundALoopIsAliveThroughoutIt()
    {
        // k is made before the loop, read by its first node only, and the loop has enough values of the same size to take its place; e is read after the loop.
        SubgraphBuilder body = new SubgraphBuilder().Input("i", 7).Input("c", 9).Input("h", 1, 1, 4)
            .Node("Identity", ["c"], ["c2"]).Node("Add", ["h", "k"], ["t1"]).Node("Sin", ["t1"], ["t2"]).Node("Mul", ["t1", "t2"], ["t3"]).Node("Cos", ["t3"], ["t4"]).Node("Sub", ["t4", "t2"], ["t5"])
            .Output("c2", 9).Output("t5", 1, 1, 4);
        OnnxModelBuilder builder = Model().Initializer(ControlHarness.Int64("m", 4)).Node("Exp", ["x"], ["k"]).Node("Sin", ["x"], ["e"]).Node("Loop", ["m", "", "x"], ["p"], body.As("body")).Node("Add", ["p", "e"], ["y"]).Output("y");
        ControlHarness.Check(builder, [s_x]);
    }

    [Fact]
    public void LoopsNestAndHoldChoices()
    {
        SubgraphBuilder then = new SubgraphBuilder().Node("Mul", ["g", "half"], ["u"]).Output("u", 1, 1, 4);
        SubgraphBuilder other = new SubgraphBuilder().Node("Add", ["g", "h"], ["w"]).Output("w", 1, 1, 4);
        SubgraphBuilder inner = new SubgraphBuilder().Input("j", 7).Input("d", 9).Input("g", 1, 1, 4)
            .Node("Identity", ["d"], ["d2"]).Node("Less", ["j", "i"], ["less"]).Node("If", ["less"], ["g2"], then.As("then_branch"), other.As("else_branch")).Output("d2", 9).Output("g2", 1, 1, 4);
        SubgraphBuilder outer = new SubgraphBuilder().Input("i", 7).Input("c", 9).Input("h", 1, 1, 4)
            .Node("Identity", ["c"], ["c2"]).Node("Loop", ["m", "", "h"], ["h2"], inner.As("body")).Node("Sub", ["h2", "x"], ["h3"]).Output("c2", 9).Output("h3", 1, 1, 4).Output("h2", 1, 1, 4);
        OnnxModelBuilder builder = Model().Initializer(ControlHarness.Int64("m", 3)).Node("Loop", ["m", "", "x"], ["y", "all"], outer.As("body")).Output("y").Output("all");
        ControlHarness.Check(builder, [s_x]);
    }

    [Fact]
    public void ALoopThatCannotEndIsRefused()
    {
        OnnxModelBuilder builder = Model().Node("Loop", ["", "", "x"], ["y"], Body("c", "c", stacked: false).As("body")).Output("y");
        Assert.Contains("never end", Errors.Expect(Descriptors.InvalidNode, () => OpHarness.RunPlan(builder.Import(), [s_x])), StringComparison.Ordinal);
    }

    [Fact]
    public void ALoopThatDoesNotEndIsCancelled()
    {
        SubgraphBuilder body = new SubgraphBuilder().Input("i", 7).Input("c", 9).Input("h", 1, 1, 4)
            .Node("ReduceSum", ["h"], ["s"], OnnxModelBuilder.Int("keepdims", 0)).Node("Equal", ["s", "s"], ["go"]).Node("Neg", ["h"], ["h2"]).Output("go", 9).Output("h2", 1, 1, 4);
        Graph graph = Model().Node("Loop", ["", "", "x"], ["y"], body.As("body")).Output("y").Import();
        PassRunner.Run(graph, PassPipelines.Optimize, default);
        PassRunner.Run(graph, PassPipelines.Lowering, default);
        using PlanInterpreter interpreter = new(Planner.Plan(graph));
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(50));
        Assert.Throws<OperationCanceledException>(() => interpreter.Run([s_x], source.Token));
        Assert.Throws<OperationCanceledException>(() => ReferenceEvaluator.Run(graph, [s_x], source.Token));
    }

    [Fact]
    public void ReferenceEvaluationOfALoopIsBounded()
    {
        SubgraphBuilder body = new SubgraphBuilder().Input("i", 7).Input("c", 9).Input("h", 1, 1, 4).Node("Identity", ["c"], ["c2"]).Node("Identity", ["h"], ["h2"]).Output("c2", 9).Output("h2", 1, 1, 4);
        Graph graph = Model().Initializer(ControlHarness.Int64("m", long.MaxValue)).Node("Loop", ["m", "", "x"], ["y"], body.As("body")).Output("y").Import();
        Assert.Contains("has not ended", Errors.Expect(Descriptors.GraphLimit, () => ReferenceEvaluator.Run(graph, [s_x])), StringComparison.Ordinal);
    }

    [Fact]
    public void StackedOutputsAreAsManyAsACallSays()
    {
        OnnxModelBuilder builder = Model();
        builder.Model.Graph.Input.Add(SubgraphBuilder.Info("m", 7));
        builder.Node("Loop", ["m", "", "x"], ["y", "all"], Body("c", "c").As("body")).Output("y").Output("all");
        Graph graph = builder.Import();
        Tensor[] results = [.. ReferenceEvaluator.Run(graph, [s_x, Tensor.Scalar(2L)])];
        Assert.Equal([2L, 1L, 4L], results[1].Dims.ToArray());
        OpHarness.AssertEqual(results, OpHarness.RunPlan(graph, [s_x, Tensor.Scalar(2L)]));
    }

    [Fact]
    public void AValueThatGrowsCannotBeCompiled()
    {
        SubgraphBuilder body = new SubgraphBuilder().Input("i", 7).Input("c", 9).InputOfAnyShape("h").Node("Concat", ["h", "x"], ["h2"], OnnxModelBuilder.Int("axis", 1)).Output("c", 9).OutputOfAnyShape("h2");
        Graph graph = Model().Initializer(ControlHarness.Int64("m", 3)).Node("Loop", ["m", "", "x"], ["y"], body.As("body")).Output("y").Import();
        Assert.Equal([1L, 16L], ReferenceEvaluator.Run(graph, [s_x])[0].Dims.ToArray());
        Errors.Expect(Descriptors.UnsetDimension, () => OpHarness.RunPlan(graph, [s_x]));
    }

    [Fact]
    public void ABodyWithTooFewInputsIsRefused()
    {
        SubgraphBuilder body = new SubgraphBuilder().Input("i", 7).Node("Neg", ["x"], ["h"]).Output("h", 1, 1, 4);
        Errors.Expect(Descriptors.InvalidNode, () => Model().Initializer(ControlHarness.Int64("m", 3)).Node("Loop", ["m", "", "x"], ["y"], body.As("body")).Output("y").Import());
    }

    private static OnnxModelBuilder Model() => new OnnxModelBuilder().Input("x", 1, 4).Initializer("zero", [], 0).Initializer("half", [], 0.5f).Initializer("one", [], 1);

    private static SubgraphBuilder Body(string condition, string next, bool stacked = true)
    {
        SubgraphBuilder body = new SubgraphBuilder().Input("i", 7).Input(condition, 9).Input("h", 1, 1, 4)
            .Node("Identity", [next], ["next"]).Node("Relu", ["h"], ["r"]).Node("Mul", ["r", "half"], ["t"]).Node("Add", ["t", "x"], ["u"]).Node("Cast", ["i"], ["f"], OnnxModelBuilder.Int("to", 1)).Node("Add", ["u", "f"], ["v"])
            .Output("next", 9).Output("v", 1, 1, 4);
        return stacked ? body.Node("Identity", ["v"], ["kept"]).Output("kept", 1, 1, 4) : body;
    }
}
