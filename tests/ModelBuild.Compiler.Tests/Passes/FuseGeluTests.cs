using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FuseGeluTests
{
    private const float RootTwo = 1.41421356f;
    private const float Slope = 0.797884561f;
    private const float Cubic = 0.044715f;
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FuseGelu();
    private readonly IPass _dead = new RemoveDeadNodes();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_error_function_in_any_spelling(int spelling)
    {
        Value x = _net.Input(2, 7);
        Value gate = Plus(1, _net.Add("Erf", [spelling == 0 ? _net.Add("Div", [x, _net.Scalar(RootTwo)]) : Times(1 / RootTwo, x)]));
        Value y = spelling switch
        {
            0 => Times(0.5f, _net.Add("Mul", [x, gate])),
            1 => _net.Add("Mul", [x, Times(0.5f, gate)]),
            _ => _net.Add("Mul", [gate, _net.Add("Div", [x, _net.Scalar(2)])]),
        };

        Assert.Equal("Gelu", PassCheck.Ops(PassCheck.Run(_net.Outputs(y), _pass, _dead)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_approximation_in_any_spelling(int spelling)
    {
        Value x = _net.Input(2, 7);
        Value cube = spelling == 0 ? _net.Add("Pow", [x, _net.Scalar(3)]) : _net.Add("Mul", [x, _net.Add("Mul", [x, x])]);
        Value inner = spelling switch
        {
            0 or 1 => Times(Slope, _net.Add("Add", [x, Times(Cubic, cube)])),
            2 => _net.Add("Mul", [Times(Slope, x), Plus(1, Times(Cubic, _net.Add("Pow", [x, _net.Scalar(2)])))]),
            _ => _net.Add("Add", [Times(Slope, x), Times(Slope * Cubic, cube)]),
        };
        Value y = _net.Add("Mul", [Plus(1, _net.Add("Tanh", [inner])), Times(0.5f, x)]);

        Graph after = PassCheck.Run(_net.Outputs(y), _pass, _dead);

        Assert.Equal("Gelu", PassCheck.Ops(after));
        Assert.Equal("tanh", after.Nodes[0].Attributes.GetString("approximate", ""));
    }

    [Theory]
    [InlineData(1.41f, 1, 0.5f)]
    [InlineData(RootTwo, 2, 0.5f)]
    [InlineData(RootTwo, 1, 0.49f)]
    [InlineData(-RootTwo, 1, 0.5f)]
    public void Other_numbers_stay(float root, float one, float half)
    {
        Value x = _net.Input(2, 7);

        PassCheck.Untouched(_net.Outputs(Times(half, _net.Add("Mul", [x, Plus(one, _net.Add("Erf", [_net.Add("Div", [x, _net.Scalar(root)])]))]))), _pass);
    }

    [Theory]
    [InlineData(0.8f, Cubic)]
    [InlineData(Slope, 0.0447f)]
    [InlineData(Slope, 0)]
    public void Other_numbers_of_the_approximation_stay(float slope, float cubic)
    {
        Value x = _net.Input(2, 7);
        Value inner = Times(slope, _net.Add("Add", [x, Times(cubic, _net.Add("Pow", [x, _net.Scalar(3)]))]));

        PassCheck.Untouched(_net.Outputs(Times(0.5f, _net.Add("Mul", [x, Plus(1, _net.Add("Tanh", [inner]))]))), _pass);
    }

    [Fact]
    public void Another_operand_or_power_stays_and_a_shared_product_is_a_factor()
    {
        Value x = _net.Input(2, 7);
        Value other = _net.Input(2, 7);
        Value row = _net.Input(1, 7);
        Value Gate(Value v) => Plus(1, _net.Add("Erf", [Times(1 / RootTwo, v)]));
        Value quartic = Times(Slope, _net.Add("Add", [x, Times(Cubic, _net.Add("Pow", [x, _net.Scalar(4)]))]));
        Value shared = _net.Add("Mul", [other, Gate(other)]);
        Value[] values =
        [
            Times(0.5f, _net.Add("Mul", [x, Gate(other)])), Times(0.5f, _net.Add("Mul", [x, Gate(row)])), Times(0.5f, _net.Add("Mul", [x, Plus(1, _net.Add("Tanh", [quartic]))])), shared, Times(0.5f, shared),
            _net.Add("Div", [_net.Scalar(0.5f), _net.Add("Mul", [x, Gate(x)])]),
        ];

        PassCheck.Untouched(_net.Outputs(values), _pass);
    }

    [Fact]
    public void Parts_that_others_read_stay_for_them()
    {
        Value x = _net.Input(2, 7);
        Value erf = _net.Add("Erf", [Times(1 / RootTwo, x)]);

        Graph after = PassCheck.Run(_net.Outputs(Times(0.5f, _net.Add("Mul", [x, Plus(1, erf)])), _net.Add("Relu", [erf])), _pass, _dead);

        Assert.Equal("Mul Erf Relu Gelu", PassCheck.Ops(after));
    }

    private Value Times(float factor, Value x) => _net.Add("Mul", [_net.Scalar(factor), x]);

    private Value Plus(float summand, Value x) => _net.Add("Add", [x, _net.Scalar(summand)]);
}
