using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Passes;

/// <summary>Operators between two convolutions run in the layout of the kernels: the only layout changes are those of the input and the output.</summary>
public sealed class AxisMovesTests
{
    [Fact]
    public void Pad() => Check((graph, x) => graph.Add("Pad", "pad", [x, graph.AddConstant("pads", Tensor.Vector<long>(0, 0, 1, 2, 0, 0, 3, 0))]));

    [Fact]
    public void Pad_of_named_axes() => Check((graph, x) => graph.Add(
        "Pad", "pad", [x, graph.AddConstant("pads", Tensor.Vector<long>(1, 2)), null, graph.AddConstant("axes", Tensor.Vector<long>(-1))], new AttributeMap { { "mode", "reflect" } }));

    [Fact]
    public void Batch_normalisation_behind_an_addition() => Check((graph, x) =>
    {
        Value Parameter(float value) => graph.AddConstant("p", Tensor.Vector<float>([.. Enumerable.Range(1, 8).Select(c => c * value)]));
        Value sum = graph.Add("Add", "sum", [x, graph.Add("Sqrt", "root", [graph.Add("Abs", "abs", [x])])]);
        return graph.Add("BatchNormalization", "norm", [sum, Parameter(0.5f), Parameter(0.25f), Parameter(0.125f), Parameter(1)]);
    });

    [Fact]
    public void Slice() => Check((graph, x) => graph.Add(
        "Slice", "slice", [x, graph.AddConstant("starts", Tensor.Vector<long>(0, 0, 1, -1)), graph.AddConstant("ends", Tensor.Vector<long>(1, 8, 7, -20)), null, graph.AddConstant("steps", Tensor.Vector<long>(1, 1, 2, -1))]));

    [Fact]
    public void Reduction_that_keeps_its_axes() => Check((graph, x) => graph.Add("ReduceMean", "mean", [x, graph.AddConstant("axes", Tensor.Vector<long>(2))]));

    [Fact]
    public void Split() => Check((graph, x) =>
    {
        Node split = graph.AddNode("", "Split", "split", [x], ["a", "b"], new AttributeMap { { "axis", 2 }, { "num_outputs", 2 } });
        return graph.Add("Sub", "sub", [split.Outputs[1]!, split.Outputs[0]!]);
    });

    [Theory]
    [InlineData("DCR")]
    [InlineData("CRD")]
    public void Depth_to_space(string mode) => Check((graph, x) => graph.Add("DepthToSpace", "depth", [x], new AttributeMap { { "blocksize", 2 }, { "mode", mode } }), channels: 2);

    [Fact]
    public void Space_to_depth() => Check((graph, x) => graph.Add("SpaceToDepth", "space", [x], new AttributeMap { { "blocksize", 2 } }), channels: 32);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reduction_that_drops_its_axes_leaves_the_others_in_order(bool spatial)
    {
        Graph graph = new(Operators.Set);
        Value x = Convolution(graph, "a", graph.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 3, 8, 10))), 3, 5);
        graph.AddOutput("y", graph.Add("ReduceSum", "sum", [x, graph.AddConstant("axes", Tensor.Vector<long>(spatial ? [2] : [1]))], new AttributeMap { { "keepdims", 0 } }));

        PlanAgainstReference.Check(graph);
    }

    [Theory]
    [InlineData(1, 5, 48)]
    [InlineData(1, 5, 6, 8, 1)]
    [InlineData(1, 1, 5, 48)]
    [InlineData(5, 6, 8)]
    [InlineData(1, 5, 3, 2, 8)]
    public void A_reshape_that_keeps_the_channels_apart_needs_one_layout_change(params int[] shape)
    {
        Graph graph = new(Operators.Set);
        Value x = Convolution(graph, "a", graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 3, 6, 8))), 3, 5);
        Value flat = graph.Add("Reshape", "flat", [x, graph.AddConstant("shape", Tensor.Vector<long>([.. shape.Select(s => (long)s)]))]);
        int channels = Array.IndexOf(shape, 5);
        graph.AddOutput("y", graph.Add("Transpose", "last", [flat], new AttributeMap { { "perm", [.. Enumerable.Range(0, shape.Length).Where(a => a != channels).Append(channels).Select(a => (long)a)] } }));

        CompiledModel model = PlanAgainstReference.Check(graph);

        // That of the input: the result has its channels last already.
        Assert.Single(model.Plan.Steps, s => s.Kernel == "Transpose.Run");
    }

    [Theory]
    [InlineData(1, 240)]
    [InlineData(1, 30, 8)]
    [InlineData(240)]
    [InlineData(6, 5, 8)]
    public void A_reshape_that_mixes_channels_and_positions_stays_where_it_is(params int[] shape)
    {
        Graph graph = new(Operators.Set);
        Value x = Convolution(graph, "a", graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 3, 6, 8))), 3, 5);
        graph.AddOutput("y", graph.Add("Reshape", "flat", [x, graph.AddConstant("shape", Tensor.Vector<long>([.. shape.Select(s => (long)s)]))]));

        PlanAgainstReference.Check(graph);
    }

    private static void Check(Func<Graph, Value, Value> between, int channels = 8)
    {
        Graph graph = new(Operators.Set);
        Value a = Convolution(graph, "a", graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 3, 8, 10))), 3, 8);
        graph.AddOutput("y", Convolution(graph, "b", between(graph, a), channels, 4));

        CompiledModel model = PlanAgainstReference.Check(graph);

        // DepthToSpace and SpaceToDepth are a transposition of their own, inside the kernel of that name.
        Assert.Equal(2, model.Plan.Steps.Count(s => s.Kernel == "Transpose.Run"));
    }

    private static Value Convolution(Graph graph, string name, Value x, int inputs, int outputs) =>
        graph.Add("Conv", name, [x, graph.AddConstant($"{name}_w", PlanAgainstReference.Filled(new Random(outputs), outputs, inputs, 1, 1))]);
}
