using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Compiler.Tests.Options;

public sealed class GraphSettingsTests
{
    private readonly Graph _graph = new(Operators.Set);

    public GraphSettingsTests()
    {
        Value x = _graph.AddInput("image", new TensorType(DType.F32, new Shape(1, 4)));
        Node node = _graph.AddNode("", "Relu", "stem/act", [x], ["scores"], new AttributeMap());
        _graph.AddOutput("scores", node.Output);
    }

    [Fact]
    public void NamesOfInputsAndOutputsAreTaken()
    {
        CompileOptions options = new() { ModelPath = "m.onnx", ClassName = "M", Namespace = "", InputNames = Map("image", "Picture"), OutputNames = Map("scores", "Result") };
        Assert.Equal(["image=Picture", "scores=Result"], GraphSettings.PortNames(_graph, options).Select(p => $"{p.Key}={p.Value}"));
    }

    [Fact]
    public void UnknownNamesAreReportedTogetherWithTheNearest()
    {
        CompileOptions options = new() { ModelPath = "m.onnx", ClassName = "M", Namespace = "", InputNames = Map("imge", "Picture"), OutputNames = Map("quite-another", "Result") };
        ModelBuildException e = Assert.Throws<ModelBuildException>(() => GraphSettings.PortNames(_graph, options));
        Assert.Equal(["InputNames", "OutputNames"], e.Diagnostics.Select(d => d.Location.Setting));
        Assert.Contains("Did you mean 'image'?", e.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Contains("There is: scores.", e.Diagnostics[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("stem/*")]
    [InlineData("stem/act")]
    public void AFilterThatMatchesIsTaken(string pattern) =>
        Assert.True(GraphSettings.Filter(_graph, MetadataNames.PruneExclude, [pattern]).Matches(_graph.Nodes.Single()));

    [Theory]
    [InlineData("stem/acts", "Did you mean 'stem/act'?")]
    [InlineData("decoder/*", "There are: stem/act, Relu.")]
    public void AFilterOfNothingIsAnError(string pattern, string hint) =>
        Assert.Contains(hint, Errors.Expect(Descriptors.UnknownMetadata, () => GraphSettings.Filter(_graph, MetadataNames.QuantizeExclude, ["Relu", pattern])), StringComparison.Ordinal);

    private static Dictionary<string, string> Map(string key, string value) => new(StringComparer.Ordinal) { { key, value } };
}
