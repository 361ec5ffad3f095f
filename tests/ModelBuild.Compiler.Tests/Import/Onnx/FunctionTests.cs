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

    private static NodeProto Call(string name)
    {
        NodeProto node = OnnxModelBuilder.NewNode(name, ["a"], ["b"]);
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
