using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

public sealed class FunctionTests
{
    [Fact]
    public void CallsAreInlinedWithTheirAttributes()
    {
        FunctionProto function = Function("F", OnnxModelBuilder.NewNode("Elu", ["a"], ["t"], new AttributeProto { Name = "alpha", Type = AttributeProto.Types.AttributeType.Float, RefAttrName = "slope" }), OnnxModelBuilder.NewNode("Neg", ["t"], ["b"]));
        OnnxModelBuilder builder = Caller(function).Node("F", ["x"], ["y"], OnnxModelBuilder.Float("slope", 0.25f)).Output("y");
        builder.Model.Graph.Node[0].Domain = "f";
        Graph graph = builder.Import();
        GraphVerifier.Verify(graph);
        Assert.Equal(["Elu", "Neg"], graph.Nodes.Select(n => n.OpType));
        Assert.Equal(0.25f, graph.Nodes[0].Attributes.GetFloat("alpha", 0));
        Assert.Equal("y", graph.Outputs[0].Value.Name);
    }

    [Fact]
    public void AttributesPassThroughNestedCalls()
    {
        FunctionProto inner = Function("Inner", OnnxModelBuilder.NewNode("Elu", ["a"], ["b"], Reference("alpha", "slope")));
        inner.AttributeProto.Add(OnnxModelBuilder.Float("slope", 0.75f));
        NodeProto given = Call("Inner", "t");
        given.Attribute.Add(Reference("slope", "outer_slope"));
        NodeProto defaulted = Call("Inner");
        defaulted.Input[0] = "t";
        OnnxModelBuilder builder = Caller(inner, Function("Outer", given, defaulted)).Node("Outer", ["x"], ["y"], OnnxModelBuilder.Float("outer_slope", 0.25f)).Output("y");
        builder.Model.Graph.Node[0].Domain = "f";
        Graph graph = builder.Import();
        GraphVerifier.Verify(graph);
        Assert.Equal([0.25f, 0.75f], graph.Nodes.Select(n => n.Attributes.GetFloat("alpha", 0)));
    }

    [Fact]
    public void OverloadsAreToldApart()
    {
        FunctionProto first = Function("F", OnnxModelBuilder.NewNode("Relu", ["a"], ["b"]));
        FunctionProto second = Function("F", OnnxModelBuilder.NewNode("Neg", ["a"], ["b"]));
        second.Overload = "negative";
        OnnxModelBuilder builder = Caller(first, second).Node("F", ["x"], ["h"]).Node("F", ["h"], ["y"]).Output("y");
        builder.Model.Graph.Node[0].Domain = builder.Model.Graph.Node[1].Domain = "f";
        builder.Model.Graph.Node[1].Overload = "negative";
        Assert.Equal(["Relu", "Neg"], builder.Import().Nodes.Select(n => n.OpType));
    }

    [Fact]
    public void ABodyHasTheMeaningOfItsOwnOpset()
    {
        // Before opset 13 Softmax worked on all axes from its axis on.
        FunctionProto old = Function("Old", OnnxModelBuilder.NewNode("Softmax", ["a"], ["b"], OnnxModelBuilder.Int("axis", 1)));
        old.OpsetImport[0].Version = 11;
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 1, 2, 2);
        builder.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "f", Version = 1 });
        builder.Model.Functions.Add(old);
        builder.Node("Old", ["x"], ["y"]).Output("y");
        builder.Model.Graph.Node[0].Domain = "f";
        Graph graph = builder.Import();
        TypeInference.Run(graph);
        float[] y = ReferenceEvaluator.Run(graph, [new Tensor(DType.F32, [1, 2, 2])])[0].Span<float>().ToArray();
        Assert.All(y, v => Assert.Equal(0.25f, v));
    }

    [Fact]
    public void ABodyMayHoldChoicesThatUseItsAttributesAndInputs()
    {
        GraphProto then = new() { Name = "then" };
        then.Node.Add(OnnxModelBuilder.NewNode("Elu", ["a"], ["t"], Reference("alpha", "slope")));
        then.Output.Add(new ValueInfoProto { Name = "t" });
        GraphProto other = new() { Name = "else" };
        other.Node.Add(OnnxModelBuilder.NewNode("Neg", ["a"], ["e"]));
        other.Output.Add(new ValueInfoProto { Name = "e" });
        NodeProto sum = OnnxModelBuilder.NewNode("ReduceSum", ["a"], ["s"], OnnxModelBuilder.Int("keepdims", 0));
        FunctionProto function = Function(
            "F", sum, OnnxModelBuilder.NewNode("IsNaN", ["s"], ["c"]), OnnxModelBuilder.NewNode("If", ["c"], ["b"], OnnxModelBuilder.Subgraph("then_branch", then), OnnxModelBuilder.Subgraph("else_branch", other)));
        OnnxModelBuilder builder = Caller(function).Node("F", ["x"], ["y"], OnnxModelBuilder.Float("slope", 0.5f)).Output("y");
        builder.Model.Graph.Node[0].Domain = "f";
        Graph graph = builder.Import();
        GraphVerifier.Verify(graph);
        TypeInference.Run(graph);
        Assert.Equal([-1f, 2f, -3f, 4f], ReferenceEvaluator.Run(graph, [Tensor.Vector(1f, -2f, 3f, -4f)])[0].Span<float>().ToArray());
        Graph branch = ((GraphAttribute)graph.Nodes.Single(n => n.OpType == "If").Attributes["then_branch"]).Value;
        Assert.Equal(0.5f, branch.Nodes[0].Attributes.GetFloat("alpha", 0));
    }

    [Fact]
    public void OmittedInputsAreOmittedInTheBody()
    {
        FunctionProto function = Function("F", OnnxModelBuilder.NewNode("Clip", ["a", "low", "high"], ["b"]));
        function.Input.AddRange(["low", "high"]);
        OnnxModelBuilder builder = Caller(function).Initializer("h", [], 1f).Node("F", ["x", "", "h"], ["y"]).Output("y");
        builder.Model.Graph.Node[0].Domain = "f";
        Graph graph = builder.Import();
        TypeInference.Run(graph);
        Assert.Equal([1f, -2f, 1f, -4f], ReferenceEvaluator.Run(graph, [Tensor.Vector(1f, -2f, 3f, -4f)])[0].Span<float>().ToArray());
    }

    [Fact]
    public void AFunctionThatCallsItselfIsRefused()
    {
        OnnxModelBuilder builder = Caller(Function("F", Call("F"))).Node("F", ["x"], ["y"]).Output("y");
        builder.Model.Graph.Node[0].Domain = "f";
        Assert.Contains("calls itself", Errors.Expect(Descriptors.InvalidGraph, () => builder.Import()), StringComparison.Ordinal);
    }

    [Fact]
    public void FunctionsThatCallEachOtherAreRefused()
    {
        OnnxModelBuilder builder = Caller(Function("F", Call("G")), Function("G", Call("F")));
        builder.Model.Graph.Node.Add(OnnxModelBuilder.NewNode("F", ["x"], ["y"]));
        builder.Model.Graph.Node[0].Domain = "f";
        Assert.Contains("calls itself", Errors.Expect(Descriptors.InvalidGraph, () => builder.Output("y").Import()), StringComparison.Ordinal);
    }

    [Fact]
    public void ExponentialExpansionIsBounded()
    {
        List<FunctionProto> functions = [Function("F0", OnnxModelBuilder.NewNode("Relu", ["a"], ["b"]))];
        for (int i = 1; i < 40; i++)
        {
            NodeProto first = OnnxModelBuilder.NewNode($"F{i - 1}", ["a"], ["t"]);
            NodeProto second = OnnxModelBuilder.NewNode($"F{i - 1}", ["t"], ["b"]);
            first.Domain = second.Domain = "f";
            functions.Add(Function($"F{i}", first, second));
        }

        OnnxModelBuilder builder = Caller([.. functions]).Node("F39", ["x"], ["y"]).Output("y");
        builder.Model.Graph.Node[0].Domain = "f";
        Errors.Expect(Descriptors.ReadLimit, () => builder.Import());
    }

    [Fact]
    public void RepeatedIdentityIsRefused() =>
        Errors.Expect(Descriptors.InvalidGraph, () => Caller(Function("F", Call("G")), Function("F", Call("G"))).Node("Relu", ["x"], ["y"]).Output("y").Import());

    private static AttributeProto Reference(string name, string of) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, RefAttrName = of };

    private static NodeProto Call(string name, string output = "b")
    {
        NodeProto node = OnnxModelBuilder.NewNode(name, ["a"], [output]);
        node.Domain = "f";
        return node;
    }

    private static FunctionProto Function(string name, params NodeProto[] nodes)
    {
        FunctionProto function = new() { Name = name, Domain = "f" };
        function.Input.Add("a");
        function.Output.Add("b");
        function.Node.AddRange(nodes);
        function.OpsetImport.Add(new OperatorSetIdProto { Version = 21 });
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "f", Version = 1 });
        return function;
    }

    private static OnnxModelBuilder Caller(params FunctionProto[] functions)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 4);
        builder.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "f", Version = 1 });
        builder.Model.Functions.AddRange(functions);
        return builder;
    }
}
