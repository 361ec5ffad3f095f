using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FuseBatchNormTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FuseBatchNorm();

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

    [Theory]
    [InlineData("Conv", 1)]
    [InlineData("Conv", 2)]
    [InlineData("ConvTranspose", 1)]
    [InlineData("ConvTranspose", 2)]
    public void What_follows_a_grouped_convolution_goes_into_its_weights(string op, int groups)
    {
        Value x = _net.Input(2, 4, 5, 4);
        Value w = op == "Conv" ? _net.Random(6, 4 / groups, 3, 2) : _net.Random(4, 6 / groups, 3, 2);
        Value y = _net.BatchNorm(_net.Add(op, [x, w, _net.Random(6)], new AttributeMap { { "group", (long)groups }, { "pads", [1L, 0, 0, 1] } }));
        y = _net.Add("Div", [_net.Add("Sub", [y, _net.Random(6, 1, 1)]), _net.Positive(1, 6, 1, 1)]);

        Assert.Equal(op, PassCheck.Ops(PassCheck.Run(_net.Outputs(y), _pass)));
    }

    [Theory]
    [InlineData("Conv", 1)]
    [InlineData("Conv", 3)]
    [InlineData("ConvTranspose", 1)]
    [InlineData("ConvTranspose", 3)]
    public void What_stands_before_a_convolution_goes_into_its_weights_where_padding_does_not_matter(string op, int groups)
    {
        Value x = _net.Input(1, 6, 5, 4);
        Value w = op == "Conv" ? _net.Random(3, 6 / groups, 2, 2) : _net.Random(6, 3 / groups, 2, 2);
        AttributeMap Map(long pad) => new() { { "group", (long)groups }, { "pads", [pad, 0, 0, pad] } };
        Value scaled = _net.Add(op, [_net.Add("Mul", [x, _net.Random(6, 1, 1)]), w], Map(1));
        Value shifted = op == "Conv" ? _net.Add(op, [_net.BatchNorm(x), w, _net.Random(3)], Map(0)) : _net.Add(op, [_net.Add("Div", [x, _net.Scalar(255)]), w, _net.Random(3)], Map(0));

        Assert.Equal($"{op} {op}", PassCheck.Ops(PassCheck.Run(_net.Outputs(scaled, shifted), _pass)));
    }

    [Fact]
    public void A_shift_before_padding_stays()
    {
        Value x = _net.Input(1, 4, 5, 5);
        Value same = _net.Add("Conv", [_net.BatchNorm(x), _net.Random(4, 4, 3, 3)], new AttributeMap { { "auto_pad", "SAME_UPPER" } });
        Value padded = _net.Conv(_net.Add("Sub", [x, _net.Random(4, 1, 1)]), 4);
        Value transposed = _net.Add("ConvTranspose", [_net.Add("Add", [x, _net.Random(4, 1, 1)]), _net.Random(4, 2, 2, 2)]);

        PassCheck.Untouched(_net.Outputs(same, padded, transposed), _pass);
    }

    [Theory]
    [InlineData(false, 1f)]
    [InlineData(true, 0.5f)]
    public void A_matrix_product_takes_what_stands_on_either_side(bool transposed, float beta)
    {
        Value w = transposed ? _net.Random(4, 6) : _net.Random(6, 4);
        AttributeMap map = new() { { "transB", transposed ? 1L : 0L }, { "alpha", 0.7f }, { "beta", beta } };
        Value y = _net.BatchNorm(_net.Add("Gemm", [_net.BatchNorm(_net.Input(3, 6)), w, _net.Random(1, 4)], map));
        Value product = _net.BatchNorm(_net.Add("MatMul", [_net.Add("Mul", [_net.Input(3, 6), _net.Random(6)]), _net.Random(6, 5)]));
        Value rows = _net.Add("Mul", [_net.Add("MatMul", [_net.Input(2, 3, 6), _net.Random(6, 5)]), _net.Random(5)]);

        Assert.Equal("Gemm MatMul Gemm", PassCheck.Ops(PassCheck.Run(_net.Outputs(y, rows, product), _pass)));
    }

    [Fact]
    public void Products_of_other_axes_stay()
    {
        Value x = _net.Input(4, 4);
        Value Product() => _net.Add("MatMul", [x, _net.Random(4, 4)]);
        Value batch = _net.Add("MatMul", [_net.Input(2, 4, 4), _net.Random(4, 4)]);
        Value[] values =
        [
            _net.Add("Mul", [Product(), _net.Random(4, 1)]), _net.Add("Mul", [Product(), _net.Random(1, 1, 4)]), _net.Add("Add", [batch, _net.Random(4)]),
            _net.Add("MatMul", [_net.Add("Sub", [_net.Input(2, 4, 4), _net.Random(4)]), _net.Random(4, 4)]), _net.Add("Div", [_net.Random(4), Product()]), _net.Add("Sub", [_net.Random(4), Product()]),
            _net.BatchNorm(_net.Add("Gemm", [x, _net.Random(4, 4), _net.Random(4, 1)])), _net.Add("Div", [Product(), _net.Graph.AddConstant("z", Tensor.Vector<float>(1, 0, 1, 1))]),
            _net.Add("MatMul", [_net.Add("Mul", [_net.Input(3, 1), _net.Random(4)]), _net.Random(4, 4)]),
        ];

        PassCheck.Untouched(_net.Outputs(values), _pass);
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
