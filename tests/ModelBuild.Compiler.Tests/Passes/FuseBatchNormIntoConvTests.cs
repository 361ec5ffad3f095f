using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FuseBatchNormIntoConvTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FuseBatchNormIntoConv();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Normalisation_factors_and_summands_go_into_the_weights(bool bias)
    {
        Value y = _net.BatchNorm(_net.Conv(_net.Input(1, 3, 4, 5), 4, bias));
        y = _net.Add("Add", [_net.Random(4, 1, 1), _net.Add("Mul", [y, _net.Random(1, 4, 1, 1)])]);

        Graph after = PassCheck.Run(_net.Outputs(_net.Add("Mul", [y, _net.Scalar(3)])), _pass);

        Assert.Equal("Conv", PassCheck.Ops(after));
        Assert.Equal(4, after.Nodes[0].FusedFrom.Count);
    }

    [Fact]
    public void Factors_along_other_axes_or_of_higher_rank_stay()
    {
        Value x = _net.Input(1, 3, 4, 4);
        Value[] values =
        [
            _net.Add("Mul", [_net.Conv(x, 4), _net.Random(4)]), _net.Add("Mul", [_net.Conv(x, 4), _net.Random(4, 1)]), _net.Add("Add", [_net.Conv(x, 4), _net.Random(1, 4, 1, 4)]),
            _net.Add("Mul", [_net.Conv(x, 4), _net.Random(1, 1, 4, 1, 1)]), _net.Add("Mul", [_net.Conv(x, 4), _net.Input(4, 1, 1)]),
        ];

        PassCheck.Untouched(_net.Outputs(values), _pass);
    }

    [Fact]
    public void A_convolution_that_is_also_read_elsewhere_or_has_computed_weights_stays()
    {
        Value x = _net.Input(1, 3, 4, 4);
        Value output = _net.Conv(x, 4);
        Value shared = _net.Conv(x, 4);
        Value computed = _net.Add("Conv", [x, _net.Input(4, 3, 3, 3)]);

        PassCheck.Untouched(_net.Outputs(output, _net.BatchNorm(output), _net.BatchNorm(shared), _net.Add("Relu", [shared]), _net.BatchNorm(computed)), _pass);
    }
}
