using Google.Protobuf;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Tests.Import.Onnx;

namespace ModelBuild.Compiler.Tests.Output;

public sealed class OnnxWriterTests
{
    [Fact]
    public void SmallModelSurvivesTheRoundTrip() => AssertRoundTrip(OnnxModelBuilder.Small().Import());

    [Fact]
    public void BytesAreDeterministic() => Assert.Equal(Write(OnnxModelBuilder.Small().Import()), Write(OnnxModelBuilder.Small().Import()));

    [Theory]
    [InlineData(8)]
    [InlineData(21)]
    [InlineData(24)]
    public void TheOpsetOfTheSourceIsKept(int opset)
    {
        Graph graph = OnnxModelBuilder.Small().Import();
        graph.SourceOpset = opset;
        Graph read = OnnxModelBuilder.Import(Write(graph));
        Assert.Equal(opset, read.SourceOpset);
        Assert.Equal(opset, OnnxModelBuilder.Import(Write(read)).SourceOpset);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("99")]
    [InlineData("many")]
    public void AnOpsetThatNoSourceHasIsNotTakenOver(string text)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(Write(OnnxModelBuilder.Small().Import()));
        model.MetadataProps.Add(new StringStringEntryProto { Key = "modelbuild.opset", Value = text });
        Assert.Equal(model.OpsetImport[0].Version, OnnxModelBuilder.Import(model.ToByteArray()).SourceOpset);
    }

    [Fact]
    public void InputsConstantsAndRepeatedValuesKeepTheirOutputNames()
    {
        Graph graph = new(Operators.Set, "g");
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(2)));
        Value h = graph.Add("Relu", "h", [x]);
        graph.AddOutput("a", x);
        graph.AddOutput("b", graph.AddConstant("c", Tensor.Vector(1f, 2f)));
        graph.AddOutput("d", h);
        graph.AddOutput("e", h);
        graph.AddOutput("x", x);
        Graph read = OnnxModelBuilder.Import(Write(graph));
        GraphVerifier.Verify(read);
        Assert.Equal(["a", "b", "d", "e", "x"], read.Outputs.Select(o => o.Name));
        Assert.Equal(3, read.Nodes.Count(n => n.OpType == "Identity"));
        AssertRoundTrip(read);
    }

    [Fact]
    public void SubgraphsKeepTheirCaptures()
    {
        GraphProto branch = new() { Name = "then" };
        branch.Node.Add(OnnxModelBuilder.NewNode("Add", ["x", "h"], ["t"]));
        branch.Output.Add(new ValueInfoProto { Name = "t" });
        GraphProto other = new() { Name = "else" };
        other.Output.Add(new ValueInfoProto { Name = "h" });
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 4).Input("z").Node("Relu", ["x"], ["h"]).Node("IsNaN", ["z"], ["c"])
            .Node("If", ["c"], ["y"], OnnxModelBuilder.Subgraph("then_branch", branch), OnnxModelBuilder.Subgraph("else_branch", other)).Output("y");
        Graph graph = builder.Import();
        GraphVerifier.Verify(graph);
        AssertRoundTrip(graph);
        Graph copy = GraphClone.Clone(graph);
        GraphVerifier.Verify(copy);
        Assert.Equal(GraphPrinter.Print(graph), GraphPrinter.Print(copy));
        Assert.DoesNotContain(copy.Nodes.SelectMany(SubgraphCaptures.ReadsOf), graph.Inputs.Contains);
    }

    [Fact]
    public void InternalOperatorsAreRefused()
    {
        Graph graph = new(Operators.Set, "g");
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(2)));
        graph.AddOutput("y", graph.AddNode(InternalDomain.Name, "Fused", "y", [x], ["y"]).Output);
        Errors.Expect(Descriptors.InternalError, () => Write(graph));
    }

    [RealModelFact]
    public void RealModelsSurviveTheRoundTrip()
    {
        int count = 0;
        foreach (string file in TestData.Files("onnx", ".onnx"))
        {
            AssertRoundTrip(Importers.Import(TestData.PathOf(file)));
            count++;
        }

        Assert.True(count > 50);
    }

    private static void AssertRoundTrip(Graph graph)
    {
        graph.Name = graph.Name.Length == 0 ? "graph" : graph.Name;
        Assert.Equal(GraphPrinter.Print(graph), GraphPrinter.Print(OnnxModelBuilder.Import(Write(graph))));
    }

    private static byte[] Write(Graph graph)
    {
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        return stream.ToArray();
    }
}
