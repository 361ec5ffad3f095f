using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FuseActivationTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FuseActivation();

    [Theory]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("HardSwish")]
    [InlineData("HardSigmoid")]
    [InlineData("Elu")]
    [InlineData("Gelu")]
    public void A_function_behind_a_convolution_and_a_product_is_taken_in(string function)
    {
        Value conv = _net.Add(function, [_net.NhwcConv(_net.Input(1, 4, 4, 3), 5)]);
        Value gemm = _net.Add(function, [_net.FusedGemm(_net.Input(3, 6), 4)]);

        Graph after = PassCheck.Run(_net.Outputs(conv, gemm), _pass);

        Assert.Equal("*Conv *Gemm", PassCheck.Ops(after));
        Assert.All(after.Nodes, n => Assert.StartsWith(function, Assert.Single(n.FusedFrom), StringComparison.Ordinal));
    }

    [Fact]
    public void Gelu_by_tanh_stays() => PassCheck.Untouched(
        _net.Outputs(_net.Add("Gelu", [_net.NhwcConv(_net.Input(1, 4, 4, 3), 5)], new AttributeMap { { "approximate", "tanh" } })), _pass);

    [Fact]
    public void Bounds_of_a_clip_become_parameters_and_computed_bounds_stay()
    {
        Value y = _net.Add("Clip", [_net.NhwcConv(_net.Input(1, 4, 4, 3), 5), _net.Scalar(-0.25f), _net.Scalar(0.5f)]);
        Assert.Equal("*Conv", PassCheck.Ops(PassCheck.Run(_net.Outputs(y), _pass)));

        TestNet other = new();
        PassCheck.Untouched(other.Outputs(other.Add("Clip", [other.NhwcConv(other.Input(1, 4, 4, 3), 5), null, other.Input()])), _pass);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Silu_is_taken_in_on_either_side(bool swapped)
    {
        Value x = _net.NhwcConv(_net.Input(1, 4, 4, 3), 5);
        Value s = _net.Add("Sigmoid", [x]);

        Graph after = PassCheck.Run(_net.Outputs(_net.Add("Mul", swapped ? [s, x] : [x, s])), _pass);

        Assert.Equal("*Conv", PassCheck.Ops(after));
        Assert.Equal("Silu", after.Nodes[0].Attributes.GetString("activation", ""));
    }

    [Fact]
    public void A_sigmoid_of_another_value_is_no_silu()
    {
        Value x = _net.Input(1, 4, 4, 3);
        Graph graph = _net.Outputs(_net.Add("Mul", [_net.NhwcConv(x, 3), _net.Add("Sigmoid", [x])]));

        PassCheck.Untouched(graph, _pass);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_residual_and_the_function_behind_it_are_taken_in(int side)
    {
        Value image = _net.Input(1, 4, 4, 3);
        Value row = _net.Input(2, 5);
        Value conv = _net.NhwcConv(image, 3);
        Value gemm = _net.FusedGemm(row, 5);
        Value a = _net.Add("Relu", [_net.Add("Add", side == 0 ? [conv, image] : [image, conv])]);
        Value b = _net.Add("Tanh", [_net.Add("Add", side == 0 ? [gemm, row] : [row, gemm])]);

        Assert.Equal("*Conv *Gemm", PassCheck.Ops(PassCheck.Run(_net.Outputs(a, b), _pass)));
    }

    [Fact]
    public void A_residual_that_stands_later_in_the_graph_is_taken_in()
    {
        Value x = _net.Input(1, 4, 4, 3);
        Value conv = _net.NhwcConv(x, 3);
        Value later = _net.Add("Neg", [_net.Add("Exp", [x])]);

        Assert.Equal("Exp Neg *Conv", PassCheck.Ops(PassCheck.Run(_net.Outputs(_net.Add("Add", [conv, later])), _pass)));
    }

    [Fact]
    public void A_chain_of_residual_blocks_is_fused_in_one_run()
    {
        Value x = _net.Input(1, 4, 4, 3);
        for (int i = 0; i < 10; i++)
        {
            x = _net.Add("Relu", [_net.Add("Add", [_net.NhwcConv(_net.Add("Relu", [_net.NhwcConv(x, 3)]), 3), x])]);
        }

        Graph graph = _net.Outputs(x);
        Assert.True(_pass.Run(graph, default));

        Assert.Equal(20, graph.Nodes.Count);
    }

    [Fact]
    public void Nothing_is_taken_in_that_is_also_read_elsewhere()
    {
        Value x = _net.Input(1, 4, 4, 3);
        Value isOutput = _net.NhwcConv(x, 3);
        Value second = _net.NhwcConv(x, 3);
        Graph graph = _net.Outputs(isOutput, _net.Add("Relu", [isOutput]), _net.Add("Relu", [second]), _net.Add("Neg", [second]), _net.Add("Add", [isOutput, x]), _net.Add("Add", [second, x]));

        PassCheck.Untouched(graph, _pass);
    }

    [Fact]
    public void A_broadcast_or_doubled_or_constant_addend_is_no_residual()
    {
        Value x = _net.Input(1, 4, 4, 3);
        Value broadcast = _net.Add("Add", [_net.NhwcConv(x, 3), _net.Input(1, 1, 1, 3)]);
        Value conv = _net.NhwcConv(x, 3);
        Value twice = _net.Add("Add", [conv, conv]);
        Value constant = _net.Add("Add", [_net.NhwcConv(x, 3), _net.Random(1, 4, 4, 3)]);

        PassCheck.Untouched(_net.Outputs(broadcast, twice, constant), _pass);
    }

    [Fact]
    public void After_a_function_nothing_more_is_taken_in()
    {
        Value x = _net.Input(1, 4, 4, 3);
        Value relu = _net.Add("Relu", [_net.NhwcConv(x, 3)]);

        Assert.Equal("*Conv Add", PassCheck.Ops(PassCheck.Run(_net.Outputs(_net.Add("Add", [relu, x])), _pass)));
    }
}
