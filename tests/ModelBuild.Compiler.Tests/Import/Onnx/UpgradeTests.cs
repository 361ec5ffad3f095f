using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

public sealed class UpgradeTests
{
    [Fact]
    public void UpgradesOfOneOperatorRise()
    {
        foreach (IGrouping<string, Upgrade> group in OnnxUpgrades.All.GroupBy(u => u.OpType))
        {
            Assert.Equal(group.Select(u => u.Until).Order(), group.Select(u => u.Until));
        }
    }

    [Fact]
    public void AddAlignedAtAnAxisGetsTrailingDimensions()
    {
        Graph graph = new OnnxModelBuilder(6).Input("x", 1, 3, 4, 4).Initializer("b", [3], 1, 2, 3)
            .Node("Add", ["x", "b"], ["y"], OnnxModelBuilder.Int("broadcast", 1), OnnxModelBuilder.Int("axis", 1)).Output("y").Import();
        Node add = Assert.Single(graph.Nodes);
        Assert.Equal([3L, 1L, 1L], add.Input(1).Constant!.Dims.ToArray());
        Assert.Empty(add.Attributes);
    }

    [Theory]
    [InlineData(new long[] { 2, 10 }, 1, -1)]
    [InlineData(new long[] { 2, 10, 1, 1 }, 1, 1)]
    [InlineData(new long[] { 1, 10 }, 0, -1)]
    [InlineData(new long[] { 2, 3, 10 }, -1, -1)]
    public void SoftmaxOfOneLargeAxisStaysPlain(long[] dims, long axis, long expected)
    {
        Graph graph = new OnnxModelBuilder(11).Input("x", dims).Node("Softmax", ["x"], ["y"], OnnxModelBuilder.Int("axis", axis)).Output("y").Import();
        Assert.Equal(expected, Assert.Single(graph.Nodes).Attributes.GetInt("axis", 99));
    }

    [Fact]
    public void SoftmaxOverSeveralAxesIsFlattened()
    {
        Graph graph = new OnnxModelBuilder(11).Input("x", 2, 3, 4).Node("Softmax", ["x"], ["y"]).Output("y").Import();
        Assert.Equal(["Flatten", "Softmax", "Reshape"], graph.Nodes.Select(n => n.OpType));
        Assert.Equal([2L, 3L, 4L], graph.Nodes[2].Input(1).Constant!.ToInt64Array());
        Assert.Equal("y", graph.Nodes[2].Output.Name);
        GraphVerifier.Verify(graph);
    }

    [Fact]
    public void UpsampleBecomesAsymmetricResize()
    {
        Graph graph = new OnnxModelBuilder(7).Input("x", 1, 1, 2, 2).Node("Upsample", ["x"], ["y"], OnnxModelBuilder.Floats("scales", 1, 1, 2, 2)).Output("y").Import();
        Node resize = Assert.Single(graph.Nodes);
        Assert.Equal("Resize", resize.OpType);
        Assert.Null(resize.Inputs[1]);
        Assert.Equal([1f, 1f, 2f, 2f], resize.Input(2).Constant!.Span<float>().ToArray());
        Assert.Equal("asymmetric", resize.Attributes.GetString("coordinate_transformation_mode", ""));
        Assert.Equal("floor", resize.Attributes.GetString("nearest_mode", ""));
    }

    [Fact]
    public void SliceAttributesBecomeInputs()
    {
        Graph graph = new OnnxModelBuilder(9).Input("x", 4, 4)
            .Node("Slice", ["x"], ["y"], OnnxModelBuilder.Ints("starts", 1), OnnxModelBuilder.Ints("ends", 3), OnnxModelBuilder.Ints("axes", 1)).Output("y").Import();
        Node slice = Assert.Single(graph.Nodes);
        Assert.Equal([1L, 3L, 1L], Enumerable.Range(1, 3).Select(i => Assert.Single(slice.Input(i).Constant!.ToInt64Array())));
        Assert.Empty(slice.Attributes);
    }

    [Fact]
    public void ClipKeepsAMissingLowerBoundMissing()
    {
        Graph graph = new OnnxModelBuilder(6).Input("x", 4).Node("Clip", ["x"], ["y"], OnnxModelBuilder.Float("max", 6)).Output("y").Import();
        Node clip = Assert.Single(graph.Nodes);
        Assert.Null(clip.Inputs[1]);
        Assert.Equal(6f, clip.Input(2).Constant!.Span<float>()[0]);
    }

    [Fact]
    public void EqualSplitStatesItsNumber()
    {
        Graph graph = new OnnxModelBuilder(11).Input("x", 4).Node("Split", ["x"], ["a", "b"]).Output("a").Output("b").Import();
        Assert.Equal(2, Assert.Single(graph.Nodes).Attributes.GetInt("num_outputs", 0));
    }

    [Fact]
    public void CastByNameBecomesANumber()
    {
        Graph graph = new OnnxModelBuilder(5).Input("x", 4).Node("Cast", ["x"], ["y"], OnnxModelBuilder.String("to", "INT64")).Output("y").Import();
        Assert.Equal((long)DType.I64, Assert.Single(graph.Nodes).Attributes.GetInt("to", 0));
    }

    [Fact]
    public void GroupScaleIsRepeatedPerChannel()
    {
        Graph graph = new OnnxModelBuilder(18).Input("x", 1, 4, 2).Initializer("s", [2], 5, 7).Initializer("b", [2], 0, 1)
            .Node("GroupNormalization", ["x", "s", "b"], ["y"], OnnxModelBuilder.Int("num_groups", 2)).Output("y").Import();
        Assert.Equal([5f, 5f, 7f, 7f], Assert.Single(graph.Nodes).Input(1).Constant!.Span<float>().ToArray());
    }

    [Fact]
    public void BatchNormalizationPerPositionIsRefused() => Errors.Expect(Descriptors.UnsupportedAttribute, () => new OnnxModelBuilder(7)
        .Input("x", 1, 1, 2, 2).Initializer("c", [1], 1)
        .Node("BatchNormalization", ["x", "c", "c", "c", "c"], ["y"], OnnxModelBuilder.Int("spatial", 0)).Output("y").Import());
}
