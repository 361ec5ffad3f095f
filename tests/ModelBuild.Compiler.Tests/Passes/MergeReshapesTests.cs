using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class MergeReshapesTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new MergeReshapes();

    [Fact]
    public void A_chain_becomes_one()
    {
        Value x = _net.Add("Flatten", [_net.Add("Squeeze", [_net.Input(2, 3, 1, 4), _net.Longs(2)])]);
        Graph graph = _net.Outputs(_net.Add("Unsqueeze", [_net.Add("Reshape", [x, _net.Longs(4, -1)]), _net.Longs(0)]));

        Graph after = PassCheck.Run(graph, _pass);

        Assert.Equal("Reshape", PassCheck.Ops(after));
        Assert.Equal(4, after.Nodes[0].FusedFrom.Count);
    }

    [Fact]
    public void A_shape_with_another_reader_stays_for_it()
    {
        Value flat = _net.Add("Flatten", [_net.Input(2, 3, 4)]);

        Assert.Equal("Flatten Reshape", PassCheck.Ops(PassCheck.Run(_net.Outputs(flat, _net.Add("Reshape", [flat, _net.Longs(6, 4)])), _pass)));
    }

    [Fact]
    public void A_free_batch_stays_free()
    {
        Value x = _net.Graph.AddInput("x", new TensorType(DType.F32, new Shape(new Dim("N"), 3, 4)));
        Graph graph = _net.Outputs(_net.Add("Reshape", [_net.Add("Flatten", [x]), _net.Longs(0, 2, 6)]));
        Assert.True(_pass.Run(graph, default));
        TypeInference.Run(graph);

        Assert.Equal(new Shape(new Dim("N"), 2, 6), graph.Outputs[0].Value.Type.Shape);
        Assert.Equal("Reshape", PassCheck.Ops(graph));
    }

    [Fact]
    public void Two_free_sizes_or_a_computed_shape_stay()
    {
        Value x = _net.Graph.AddInput("x", new TensorType(DType.F32, new Shape(new Dim("N"), new Dim("L"), 4)));
        Value y = _net.Add("Unsqueeze", [_net.Add("Unsqueeze", [x, _net.Longs(0)]), _net.Longs(0)]);
        Value z = _net.Add("Reshape", [_net.Add("Flatten", [_net.Input(2, 3, 4)]), _net.Graph.AddInput("shape", new TensorType(DType.I64, Shape.Of(2)))]);

        PassCheck.Untouched(_net.Outputs(y, z), _pass);
    }
}
