using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

public sealed class InvalidGraphTests
{
    [Fact]
    public void NodesInReverseOrderAreSorted()
    {
        Graph graph = new OnnxModelBuilder().Input("x", 4).Node("Neg", ["h"], ["y"]).Node("Relu", ["x"], ["h"]).Output("y").Import();
        Assert.Equal(["Relu", "Neg"], graph.Nodes.Select(n => n.OpType));
    }

    [Fact]
    public void CycleNamesANodeOnIt()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 4).Node("Add", ["x", "b"], ["a"]).Node("Relu", ["a"], ["b"]).Node("Neg", ["b"], ["y"]).Output("y");
        Assert.Matches("'(a|b)'.*cycle", Errors.Expect(Descriptors.InvalidGraph, () => builder.Import()));
    }

    [Fact]
    public void RingOf5000NodesIsRefused()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 4).Output("n0");
        for (int i = 0; i < 5000; i++)
        {
            builder.Node("Relu", [$"n{(i + 1) % 5000}"], [$"n{i}"]);
        }

        Errors.Expect(Descriptors.InvalidGraph, () => builder.Import());
    }

    [Fact]
    public void DanglingInputIsNamed() =>
        Assert.Contains("'gone'", Errors.Expect(Descriptors.InvalidGraph, () => new OnnxModelBuilder().Input("x", 4).Node("Add", ["x", "gone"], ["y"]).Output("y").Import()), StringComparison.Ordinal);

    [Fact]
    public void DanglingOutputIsNamed() =>
        Assert.Contains("'z'", Errors.Expect(Descriptors.InvalidGraph, () => OnnxModelBuilder.Small().Output("z").Import()), StringComparison.Ordinal);

    [Fact]
    public void TwoWritersAreRefused() => Errors.Expect(Descriptors.InvalidGraph, () => OnnxModelBuilder.Small().Node("Neg", ["x"], ["h"]).Import());

    [Fact]
    public void RepeatedInitializerIsRefused() => Errors.Expect(Descriptors.InvalidGraph, () => OnnxModelBuilder.Small().Initializer("w", [1], 9f).Import());

    [Fact]
    public void RepeatedInputIsRefused() => Errors.Expect(Descriptors.InvalidGraph, () => OnnxModelBuilder.Small().Input("x", 1, 4).Import());

    [Fact]
    public void OutputThatShadowsAnInitializerIsRefused() => Errors.Expect(Descriptors.InvalidGraph, () => OnnxModelBuilder.Small().Node("Neg", ["x"], ["w"]).Import());

    [Fact]
    public void ModelWithoutOutputsIsRefused() => Errors.Expect(Descriptors.InvalidGraph, () => new OnnxModelBuilder().Input("x", 4).Node("Relu", ["x"], ["y"]).Import());

    [Fact]
    public void DomainThatIsNotImportedIsRefused()
    {
        OnnxModelBuilder builder = OnnxModelBuilder.Small();
        builder.Model.Graph.Node[0].Domain = "com.example";
        Errors.Expect(Descriptors.UnsupportedVersion, () => builder.Import());
    }

    [Fact]
    public void ReservedDomainIsRefused()
    {
        OnnxModelBuilder builder = OnnxModelBuilder.Small();
        builder.Model.Graph.Node[0].Domain = InternalDomain.Name;
        Errors.Expect(Descriptors.InvalidGraph, () => builder.Import());
    }

    [Fact]
    public void AttributeThatSaysIntButHoldsAFloatIsRefused()
    {
        AttributeProto attribute = OnnxModelBuilder.Float("alpha", 0.5f);
        attribute.Type = AttributeProto.Types.AttributeType.Int;
        Errors.Expect(Descriptors.InvalidNode, () => new OnnxModelBuilder().Input("x", 4).Node("Elu", ["x"], ["y"], attribute).Output("y").Import());
    }

    [Fact]
    public void AttributeGivenTwiceIsRefused() => Errors.Expect(Descriptors.InvalidNode, () => new OnnxModelBuilder()
        .Input("x", 4).Node("Elu", ["x"], ["y"], OnnxModelBuilder.Float("alpha", 1), OnnxModelBuilder.Float("alpha", 2)).Output("y").Import());

    [Fact]
    public void EqualNodeNamesStayFast()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 4).Output("n9999");
        for (int i = 0; i < 10_000; i++)
        {
            builder.Node("Relu", [i == 0 ? "x" : $"n{i - 1}"], [$"n{i}"]);
            builder.Model.Graph.Node[i].Name = "same";
        }

        Graph graph = builder.Import();
        Assert.Equal(10_000, graph.Nodes.Select(n => n.Name).Distinct().Count());
        GraphVerifier.Verify(graph);
    }

    [Fact]
    public void MissingDimensionsBecomeSymbols()
    {
        OnnxModelBuilder builder = OnnxModelBuilder.Small();
        builder.Model.Graph.Input[0].Type.TensorType.Shape.Dim[0].ClearValue();
        Assert.Equal("f32[x_dim0,4]", builder.Import().Inputs[0].Type.ToString());
    }

    [Fact]
    public void InitializerListedAsInputIsAConstant() => Assert.Equal(["x"], OnnxModelBuilder.Small().Input("w", 1, 4).Import().Inputs.Select(i => i.Name));
}
