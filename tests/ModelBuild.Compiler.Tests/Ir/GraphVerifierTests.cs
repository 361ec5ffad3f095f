using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Ir;

public sealed class GraphVerifierTests
{
    [Fact]
    public void ReadingBeforeComputingIsRefusedUntilSorted()
    {
        Graph graph = new(Operators.Set, "g");
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(2)));
        Value late = graph.Add("Neg", "late", [x]);
        Node early = late.Producer!;
        Value y = graph.Add("Relu", "y", [x]);
        graph.AddOutput("y", y);
        early.SetInput(0, y);
        Errors.Expect(Descriptors.InvalidGraph, () => GraphVerifier.Verify(graph));
        Assert.Null(graph.Sort());
        GraphVerifier.Verify(graph);
    }

    [Fact]
    public void OutputOfAnotherGraphIsRefused()
    {
        Graph other = new(Operators.Set, "other");
        Value foreign = other.AddInput("x", TensorType.Unknown);
        Graph graph = new(Operators.Set, "g");
        graph.AddOutput("y", foreign);
        Errors.Expect(Descriptors.InvalidGraph, () => GraphVerifier.Verify(graph));
    }

    [Fact]
    public void ListingTellsTheLineOfANode()
    {
        Graph graph = new(Operators.Set, "g");
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(2)));
        graph.AddOutput("y", graph.AddNode("", "Unheard", "line\nbreak", [x], ["y"]).Output);
        GraphListing listing = GraphPrinter.List(graph);
        Assert.Equal(3, listing.Lines["line\nbreak"]);
        Assert.Equal("y: ?[...] = Unheard(x)  # \"line\\u000abreak\"", listing.Text.Split('\n')[2]);
    }
}
