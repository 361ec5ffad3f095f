using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class PushTransposesTests
{
    private readonly TestNet _net = new();
    private readonly IPass[] _passes = [new PushTransposes(), new RemoveDeadNodes()];

    [Fact]
    public void Inverse_transposes_cancel()
    {
        Value x = _net.Transpose(_net.Input(2, 3, 4), 2, 0, 1);
        Graph graph = _net.Outputs(_net.Add("Relu", [_net.Transpose(x, 1, 2, 0)]));

        Assert.Equal("Relu", PassCheck.Ops(PassCheck.Run(graph, _passes)));
    }

    [Fact]
    public void Two_transposes_become_one()
    {
        Value x = _net.Transpose(_net.Input(2, 3, 4), 2, 0, 1);
        Graph graph = _net.Outputs(_net.Transpose(x, 0, 2, 1));

        Graph after = PassCheck.Run(graph, _passes);

        Assert.Equal("Transpose", PassCheck.Ops(after));
        Assert.Equal([2L, 1, 0], after.Nodes[0].Attributes.GetInts("perm")!);
    }

    [Fact]
    public void A_transpose_passes_elementwise_operators_and_constants_to_its_inverse()
    {
        Value x = _net.Transpose(_net.Input(1, 4, 5, 3), 0, 3, 1, 2);
        x = _net.Add("Add", [_net.Random(3, 1, 1), x]);
        x = _net.Add("Mul", [_net.Add("Sigmoid", [x]), x]);
        x = _net.Add("PRelu", [x, _net.Random(3, 1, 5)]);
        x = _net.Add("Clip", [x, _net.Scalar(-0.5f), _net.Scalar(0.5f)]);
        Graph graph = _net.Outputs(_net.Transpose(x, 0, 2, 3, 1));

        Assert.Equal("Add Sigmoid Mul PRelu Clip", PassCheck.Ops(PassCheck.Run(graph, _passes)));
    }

    [Theory]
    [InlineData("Concat", 1)]
    [InlineData("Softmax", 1)]
    [InlineData("LogSoftmax", -1)]
    public void An_axis_follows_the_permutation(string op, long axis)
    {
        Value a = _net.Transpose(_net.Input(2, 4, 5, 3), 0, 3, 1, 2);
        Value b = _net.Transpose(_net.Input(2, 4, 5, 3), 0, 3, 1, 2);
        Value y = _net.Add(op, op == "Concat" ? [a, b] : [a], new AttributeMap { { "axis", axis } });
        Graph graph = _net.Outputs(_net.Transpose(y, 0, 2, 3, 1));

        Assert.Equal(op, PassCheck.Ops(PassCheck.Run(graph, _passes)));
    }

    [Fact]
    public void Operands_in_different_layouts_stay()
    {
        Value a = _net.Transpose(_net.Input(2, 3, 4, 4), 0, 1, 3, 2);
        Value b = _net.Transpose(_net.Input(2, 4, 3, 4), 0, 2, 1, 3);

        PassCheck.Untouched(_net.Outputs(_net.Add("Add", [a, b])), new PushTransposes());
    }

    [Fact]
    public void A_computed_operand_without_transpose_stays()
    {
        Value a = _net.Transpose(_net.Input(2, 3, 4), 0, 2, 1);

        PassCheck.Untouched(_net.Outputs(_net.Add("Mul", [a, _net.Input(2, 4, 3)])), new PushTransposes());
    }

    [Fact]
    public void A_computed_operand_that_is_transposed_for_another_reader_is_taken_from_there()
    {
        Value x = _net.Input(1, 3, 4, 4);
        Value conv = _net.Transpose(_net.NhwcConv(_net.Transpose(x, 0, 2, 3, 1), 3), 0, 3, 1, 2);
        Graph graph = _net.Outputs(_net.Transpose(_net.Add("Add", [conv, x]), 0, 2, 3, 1));

        Assert.Equal("Transpose *Conv Add", PassCheck.Ops(PassCheck.Run(graph, _passes)));
    }

    [Fact]
    public void A_computed_operand_of_one_value_per_channel_is_brought_at_no_cost()
    {
        Value image = _net.Transpose(_net.Input(1, 4, 4, 3), 0, 3, 1, 2);
        Value gate = _net.Add("Reshape", [_net.Input(1, 3), _net.Longs(1, 3, 1, 1)]);
        Graph graph = _net.Outputs(_net.Transpose(_net.Add("Mul", [gate, image]), 0, 2, 3, 1));

        Graph after = PassCheck.Run(graph, _passes);

        Assert.Equal("Reshape Transpose Mul", PassCheck.Ops(after));
        Assert.Equal(Shape.Of(1, 1, 1, 3), after.Nodes[1].Output.Type.Shape);
    }

    [Fact]
    public void An_operand_of_a_higher_rank_stays()
    {
        Value a = _net.Transpose(_net.Input(3, 4), 1, 0);

        PassCheck.Untouched(_net.Outputs(_net.Add("Mul", [a, _net.Random(2, 4, 3)])), new PushTransposes());
    }

    [Fact]
    public void A_transposed_value_that_is_an_output_and_has_more_readers_keeps_all_results()
    {
        Value t = _net.Transpose(_net.Input(2, 3, 4), 2, 1, 0);
        Value a = _net.Add("Relu", [t]);
        Value b = _net.Add("Neg", [t]);
        Graph graph = _net.Outputs(t, a, _net.Add("Add", [a, b]));

        Graph after = PassCheck.Run(graph, _passes);

        Assert.Equal(3, after.Nodes.Count(n => n.OpType == "Transpose"));
    }

    [Fact]
    public void Quantisation_of_a_whole_tensor_passes_and_per_channel_stays()
    {
        Value t = _net.Transpose(_net.Input(1, 2, 2, 3), 0, 3, 1, 2);
        Value zero = _net.Graph.AddConstant("z", Tensor.Scalar<byte>(3));
        Value q = _net.Add("QuantizeLinear", [t, _net.Scalar(0.1f), zero]);
        Graph graph = _net.Outputs(_net.Transpose(_net.Add("DequantizeLinear", [q, _net.Scalar(0.1f), zero]), 0, 2, 3, 1));
        Assert.Equal("QuantizeLinear DequantizeLinear", PassCheck.Ops(PassCheck.Run(graph, _passes)));

        TestNet other = new();
        Value u = other.Transpose(other.Input(1, 2, 2, 3), 0, 3, 1, 2);
        PassCheck.Untouched(other.Outputs(other.Add("QuantizeLinear", [u, other.Positive(3), other.Graph.AddConstant("z", Tensor.Vector<byte>(1, 2, 3))])), new PushTransposes());
    }
}
