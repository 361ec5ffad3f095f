using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class MergeDuplicateNodesTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new MergeDuplicateNodes();

    [Fact]
    public void Equal_chains_are_computed_once_and_equal_constants_count_as_one()
    {
        Value x = _net.Input(2, 3);
        Value Chain() => _net.Add("Softmax", [_net.Add("Mul", [x, _net.Scalar(2)])], new AttributeMap { { "axis", 1L } });
        Graph graph = _net.Outputs(_net.Add("Add", [Chain(), Chain()]));

        Graph after = PassCheck.Run(graph, _pass);

        Assert.Equal("Mul Softmax Add", PassCheck.Ops(after));
        Assert.Equal("Mul 'Mul2'", Assert.Single(after.Nodes[0].FusedFrom));
    }

    [Fact]
    public void Equal_graph_outputs_keep_their_names()
    {
        Value x = _net.Input(2, 3);

        Graph after = PassCheck.Run(_net.Outputs(_net.Add("Relu", [x]), _net.Add("Relu", [x])), _pass);

        Assert.Equal("Relu", PassCheck.Ops(after));
        Assert.Equal(["y0", "y1"], after.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void Other_attributes_inputs_constants_or_element_types_stay()
    {
        Value x = _net.Input(2, 3);
        Value y = _net.Input(2, 3);
        Value[] values =
        [
            _net.Add("Softmax", [x], new AttributeMap { { "axis", 0L } }), _net.Add("Softmax", [x], new AttributeMap { { "axis", 1L } }),
            _net.Add("Sub", [x, y]), _net.Add("Sub", [y, x]), _net.Add("Mul", [x, _net.Scalar(2)]), _net.Add("Mul", [x, _net.Scalar(3)]),
            _net.Add("Mul", [x, _net.Graph.AddConstant("v", Tensor.Vector<float>(2))]),
        ];

        PassCheck.Untouched(_net.Outputs(values), _pass);
    }

    [Fact]
    public void Unknown_operators_stay()
    {
        Value x = _net.Input(2, 3);
        foreach (string op in new[] { "NoSuchOperator", "NoSuchOperator" })
        {
            Value y = _net.Graph.Add(op, "n", [x]);
            y.Type = x.Type;
            _net.Outputs(y);
        }

        PassCheck.Untouched(_net.Graph, _pass);
    }
}
