using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FuseSiluTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FuseSilu();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_value_times_its_sigmoid_is_one_node(bool swapped)
    {
        Value x = _net.Input(2, 5);
        Value gate = _net.Add("Sigmoid", [x]);

        Assert.Equal("*Silu", PassCheck.Ops(PassCheck.Run(_net.Outputs(_net.Add("Mul", swapped ? [gate, x] : [x, gate])), _pass)));
    }

    [Fact]
    public void Another_factor_or_reader_or_slope_stays()
    {
        Value x = _net.Input(2, 5);
        Value shared = _net.Add("Sigmoid", [x]);
        Value[] values =
        [
            _net.Add("Mul", [_net.Input(2, 5), _net.Add("Sigmoid", [x])]), _net.Add("Mul", [x, shared]), shared, _net.Add("Mul", [x, _net.Add("Sigmoid", [_net.Add("Mul", [x, _net.Scalar(1.702f)])])]),
            _net.Add("Mul", [x, _net.Add("Tanh", [x])]),
        ];

        PassCheck.Untouched(_net.Outputs(values), _pass);
    }
}
