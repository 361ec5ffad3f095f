using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class RemoveNoOpsTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new RemoveNoOps();

    [Fact]
    public void What_gives_back_its_input_goes()
    {
        Value x = _net.Add("Relu", [_net.Input(2, 3)]);
        Value[] values =
        [
            _net.Add("Mul", [_net.Graph.AddConstant("ones", Tensor.Create<float>([1, 1, 1], 1, 3)), x]), _net.Add("Mul", [x, _net.Scalar(1)]), _net.Add("Add", [_net.Scalar(0), x]),
            _net.Add("Sub", [x, _net.Scalar(0)]), _net.Add("Div", [x, _net.Scalar(1)]), _net.Add("Pow", [x, _net.Scalar(1)]), _net.Add("Reshape", [x, _net.Longs(2, -1)]),
            _net.Add("Flatten", [x]), _net.Add("Expand", [x, _net.Longs(1, 3)]), _net.Add("Tile", [x, _net.Longs(1, 1)]), _net.Add("Slice", [x, _net.Longs(0), _net.Longs(99)]),
            _net.Add("Pad", [x, _net.Longs(0, 0, 0, 0)]), _net.Add("Concat", [x], new AttributeMap { { "axis", 0L } }), _net.Transpose(x, 0, 1), _net.Add("Sum", [x]),
        ];

        Assert.Equal("Relu", PassCheck.Ops(PassCheck.Run(_net.Outputs(values), _pass)));
    }

    [Fact]
    public void What_changes_values_order_or_shape_stays()
    {
        Value x = _net.Add("Relu", [_net.Input(2, 3)]);
        Value[] values =
        [
            _net.Add("Mul", [x, _net.Scalar(0)]), _net.Add("Add", [x, _net.Scalar(1)]), _net.Add("Sub", [_net.Scalar(0), x]), _net.Add("Div", [_net.Scalar(1), x]), _net.Add("Pow", [_net.Scalar(1), x]),
            _net.Add("Mul", [x, _net.Graph.AddConstant("ones", Tensor.Create<float>([1, 1], 2, 1, 1))]), _net.Add("Slice", [x, _net.Longs(-1), _net.Longs(-99), _net.Longs(1), _net.Longs(-1)]),
            _net.Add("Pad", [x, _net.Longs(1, 0, -1, 0)]), _net.Add("Reshape", [x, _net.Longs(3, 2)]), _net.Add("Tile", [x, _net.Longs(1, 2)]), _net.Add("Concat", [x, x], new AttributeMap { { "axis", 0L } }),
            _net.Transpose(x, 1, 0),
        ];

        PassCheck.Untouched(_net.Outputs(values), _pass);
    }
}
