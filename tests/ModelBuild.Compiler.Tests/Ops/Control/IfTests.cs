using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Tests.Import.Onnx;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Ops.Control;

public sealed class IfTests
{
    private static readonly Tensor s_x = Tensor.Create<float>([1, -2, 3, -4], 1, 4);

    [Fact]
    public void AComputedConditionChoosesAtRunTime()
    {
        ExecutionPlan plan = ControlHarness.Check(
            Model().Node("ReduceSum", ["x"], ["sum"], OnnxModelBuilder.Int("keepdims", 0)).Node("Greater", ["sum", "zero"], ["c"]).Node("If", ["c"], ["y", "z"], Then().As("then_branch"), Else().As("else_branch"))
                .Output("y").Output("z"),
            [s_x],
            [Tensor.Create<float>([4, 3, 2, 1], 1, 4)]);
        Assert.Single(plan.Steps, s => s.Kind == PlanStepKind.If);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AConstantConditionLeavesOneBranch(bool condition)
    {
        ExecutionPlan plan = ControlHarness.Check(
            Model().Initializer(ControlHarness.Bool("c", condition)).Node("If", ["c"], ["y", "z"], Then().As("then_branch"), Else().As("else_branch")).Output("y").Output("z"), [s_x]);
        Assert.DoesNotContain(plan.Steps, s => s.Kind != PlanStepKind.Call);
    }

    [Fact]
    public void AConditionThatShapesDecideIsResolvedAtBuildTime()
    {
        ExecutionPlan plan = ControlHarness.Check(
            Model().Initializer(ControlHarness.Int64("four", 4)).Initializer(ControlHarness.Int64("one", 1)).Node("Shape", ["x"], ["s"]).Node("Gather", ["s", "one"], ["n"]).Node("Equal", ["n", "four"], ["c"])
                .Node("If", ["c"], ["y", "z"], Then().As("then_branch"), Else().As("else_branch")).Output("y").Output("z"),
            [s_x]);
        Assert.DoesNotContain(plan.Steps, s => s.Kind != PlanStepKind.Call);
    }

    [Fact]
    public void ChoicesNestAndCaptureFromEveryLevel()
    {
        SubgraphBuilder inner = new SubgraphBuilder().Node("Mul", ["x", "h"], ["t"]).Node("Add", ["t", "own"], ["inner_y"]).Output("inner_y", 1, 1, 4);
        SubgraphBuilder innerElse = new SubgraphBuilder().Node("Identity", ["own"], ["inner_e"]).Output("inner_e", 1, 1, 4);
        SubgraphBuilder then = new SubgraphBuilder().Node("Neg", ["x"], ["own"]).Node("If", ["d"], ["then_y"], inner.As("then_branch"), innerElse.As("else_branch")).Output("then_y", 1, 1, 4);
        SubgraphBuilder other = new SubgraphBuilder().Node("Identity", ["h"], ["else_y"]).Output("else_y", 1, 1, 4);
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 1, 4);
        builder.Model.Graph.Input.Add(SubgraphBuilder.Info("c", 9));
        builder.Model.Graph.Input.Add(SubgraphBuilder.Info("d", 9));
        builder.Node("Relu", ["x"], ["h"]).Node("If", ["c"], ["y"], then.As("then_branch"), other.As("else_branch")).Node("Sub", ["y", "h"], ["r"]).Output("r");
        Tensor[][] calls = [.. new[] { (false, false), (false, true), (true, false), (true, true) }.Select(p => new[] { s_x, Tensor.Scalar(p.Item1), Tensor.Scalar(p.Item2) })];
        ControlHarness.Check(builder, calls);
    }

    [Fact]
    public void WholeNetworksInBranchesAreOptimized()
    {
        float[] weights = [.. Enumerable.Range(0, 16).Select(i => (i % 5) - 2f)];
        SubgraphBuilder Network(string w, string y) => new SubgraphBuilder().Node("MatMul", ["x", w], ["p"]).Node("Add", ["p", "b"], ["q"]).Node("Relu", ["q"], [y]).Output(y, 1, 1, 4);
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 1, 4).Initializer("w1", [4, 4], weights).Initializer("w2", [4, 4], [.. weights.Reverse()]).Initializer("b", [4], 1, 2, 3, 4);
        builder.Model.Graph.Input.Add(SubgraphBuilder.Info("c", 9));
        builder.Node("If", ["c"], ["y"], Network("w1", "y1").As("then_branch"), Network("w2", "y2").As("else_branch")).Output("y");
        ExecutionPlan plan = ControlHarness.Check(builder, [s_x, Tensor.Scalar(true)], [s_x, Tensor.Scalar(false)]);
        PlanStep choice = Assert.Single(plan.Steps);
        Assert.Equal(["Gemm.F32", "Copy.Run"], choice.Body.Select(s => s.Kernel));
        Assert.Equal(["Gemm.F32", "Copy.Run"], choice.Otherwise.Select(s => s.Kernel));
        Assert.Equal(16, plan.Macs);
    }

    [Fact]
    public void BranchesOfDifferentShapesCannotBeCompiled()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 1, 4).Initializer("w", [2, 4], new float[8]);
        builder.Model.Graph.Input.Add(SubgraphBuilder.Info("c", 9));
        builder.Node("If", ["c"], ["y"], new SubgraphBuilder().Node("Neg", ["x"], ["t"]).Output("t").As("then_branch"), new SubgraphBuilder().Node("Neg", ["w"], ["e"]).Output("e").As("else_branch")).Output("y");
        Assert.Contains("every size must be known", Errors.Expect(Descriptors.UnsetDimension, () => ControlHarness.Check(builder, [s_x, Tensor.Scalar(true)])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("then_branch")]
    [InlineData("else_branch")]
    public void AMissingBranchIsRefused(string missing)
    {
        AttributeProto given = missing == "then_branch" ? Else().As("else_branch") : Then().As("then_branch");
        Errors.Expect(Descriptors.InvalidNode, () => Model().Initializer(ControlHarness.Bool("c", true)).Node("If", ["c"], ["y"], given).Output("y").Import());
    }

    private static OnnxModelBuilder Model() => new OnnxModelBuilder().Input("x", 1, 4).Initializer("zero", [], 0);

    private static SubgraphBuilder Then() => new SubgraphBuilder().Node("Exp", ["x"], ["ty"]).Node("Abs", ["ty"], ["tz"]).Output("ty", 1, 1, 4).Output("tz", 1, 1, 4);

    private static SubgraphBuilder Else() => new SubgraphBuilder().Node("Neg", ["x"], ["ey"]).Node("Mul", ["ey", "zero"], ["ez"]).Output("ey", 1, 1, 4).Output("ez", 1, 1, 4);
}
