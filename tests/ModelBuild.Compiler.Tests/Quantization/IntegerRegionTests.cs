using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Quantization;
using ModelBuild.Compiler.Tests.Passes;

namespace ModelBuild.Compiler.Tests.Quantization;

public sealed class IntegerRegionTests
{
    private static readonly AttributeMap s_window = new() { { "kernel_shape", [2L, 2] } };
    private readonly TestNet _net = new();

    [Fact]
    public void Nodes_that_lead_to_no_linear_node_stay_in_float_however_many_they_are()
    {
        Value y = _net.Conv(_net.Input(1, 3, 8, 8), 4);
        y = _net.Add("Flatten", [_net.Add("AveragePool", [_net.Add("MaxPool", [y], s_window)], s_window)]);

        Assert.Equal(["Conv"], Region(_net.Add("Softmax", [y])));
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    [InlineData("HardSwish")]
    public void Sums_and_pools_of_activated_values_between_linear_nodes_belong_to_it(string function)
    {
        Value x = _net.Add(function, [_net.Conv(_net.Input(1, 3, 8, 8), 4)]);
        Value y = _net.Add("Add", [x, _net.Add(function, [_net.Conv(x, 4)])]);
        y = _net.Conv(_net.Add("MaxPool", [_net.Add(function, [y])], s_window), 2);

        // The first activation is read twice behind, which does not matter; the convolution itself must be read by the activation only.
        Assert.Equal(["Conv", "Conv", "Add", "MaxPool", "Conv"], Region(y));
    }

    [Fact]
    public void A_value_times_its_sigmoid_counts_as_activated_and_padding_by_zeros_belongs_to_it()
    {
        Value x = _net.Conv(_net.Input(1, 3, 8, 8), 4);
        x = _net.Add("Mul", [x, _net.Add("Sigmoid", [x])]);
        Value padded = _net.Add("Pad", [x, _net.Longs(0, 0, 0, 0, 0, 2, 0, 0)]);
        Value y = _net.Conv(_net.Add("Add", [padded, _net.Conv(x, 6)]), 2);

        Assert.Equal(["Conv", "Pad", "Conv", "Add", "Conv"], Region(y));
    }

    [Fact]
    public void A_sum_with_a_value_of_other_nodes_or_padding_by_another_number_does_not()
    {
        Value x = _net.Conv(_net.Input(1, 3, 8, 8), 4);
        Value padded = _net.Add("Pad", [x, _net.Longs(0, 0, 0, 0, 0, 2, 0, 0), _net.Scalar(1)]);
        Value y = _net.Add("Add", [_net.Conv(padded, 4), _net.Input(1, 4, 8, 8)]);

        Assert.Equal(["Conv", "Conv", "Conv"], Region(_net.Conv(y, 2)));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_gate_per_channel_of_one_image_belongs_to_it(long batch, bool belongs)
    {
        Value x = _net.Add("Relu", [_net.Conv(_net.Input(batch, 3, 8, 8), 4)]);
        Value gate = _net.Add("HardSigmoid", [_net.Conv(_net.Add("Relu", [_net.Conv(_net.Add("GlobalAveragePool", [x]), 2)]), 4)]);
        Value y = _net.Conv(_net.Add("Mul", [gate, x]), 2);

        Assert.Equal(belongs ? ["Conv", "GlobalAveragePool", "Conv", "Conv", "Mul", "Conv"] : ["Conv", "GlobalAveragePool", "Conv", "Conv", "Conv"], Region(y));
    }

    private string[] Region(Value output) => [.. new IntegerRegion(_net.Outputs(output), new NodeFilter([])).Nodes.Select(n => n.OpType)];
}
