using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FuseLayerNormalizationTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FuseLayerNormalization();
    private readonly IPass _dead = new RemoveDeadNodes();

    [Theory]
    [InlineData(true, -1)]
    [InlineData(false, -1)]
    [InlineData(true, -2, -1)]
    public void Every_spelling_becomes_one_node(bool power, params int[] axes)
    {
        Value y = Normalized(_net.Input(2, 3, 5), [.. axes.Select(a => (long)a)], power: power);
        y = _net.Add("Add", [_net.Random(5), _net.Add("Mul", [y, axes.Length > 1 ? _net.Random(3, 1) : _net.Random(1, 1, 5)])]);

        Graph after = PassCheck.Run(_net.Outputs(y), _pass, _dead);

        Assert.Equal("LayerNormalization", PassCheck.Ops(after));
        Assert.Equal(3 - axes.Length, after.Nodes[0].Attributes.GetInt("axis", 9));
        Assert.Equal(3, after.Nodes[0].FusedFrom.Count);
    }

    [Fact]
    public void Factor_and_summand_may_be_missing_or_others()
    {
        Value x = _net.Input(4, 4);
        Value plain = Normalized(x, [1]);
        Value rows = _net.Add("Mul", [Normalized(x, [1]), _net.Random(4, 1)]);
        Value computed = _net.Add("Mul", [Normalized(x, [1]), _net.Input(4)]);
        Value shared = Normalized(x, [1]);
        Value larger = _net.Add("Mul", [Normalized(x, [1]), _net.Random(2, 4, 4)]);

        Graph after = PassCheck.Run(_net.Outputs(plain, rows, computed, _net.Add("Mul", [shared, _net.Random(4)]), shared, larger), _pass, _dead);

        Assert.Equal(5, after.Nodes.Count(n => n.OpType == "LayerNormalization"));
        Assert.Equal(4, after.Nodes.Count(n => n.OpType == "Mul"));
    }

    [Fact]
    public void Near_misses_stay()
    {
        Value x = _net.Input(3, 4, 5);
        Value other = _net.Input(3, 4, 5);
        Value[] values =
        [
            Normalized(x, [1]), Normalized(x, [0, 2]), Normalized(x, [2], exponent: 3), Normalized(x, [2], squared: other), Normalized(x, [2], varianceAxes: [1]), Normalized(x, [2], mean: other),
            _net.Add("Div", [_net.Add("Sub", [x, _net.Add("ReduceMean", [x, _net.Longs(2)])]), _net.Add("Sqrt", [_net.Add("Add", [_net.Add("ReduceMean", [_net.Add("Mul", [x, x]), _net.Longs(2)]), _net.Scalar(1e-5f)])])]),
        ];

        PassCheck.Untouched(_net.Outputs(values), _pass);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_part_that_is_read_elsewhere_keeps_the_pattern(int part)
    {
        Value y = Normalized(_net.Input(3, 5), [1]);
        Node division = y.Producer!;
        Value shared = part switch
        {
            0 => division.Input(0),
            1 => division.Input(1),
            _ => division.Input(0).Producer!.Input(1),
        };

        PassCheck.Untouched(_net.Outputs(y, shared), _pass);
    }

    private Value Normalized(Value x, long[] axes, bool power = true, float exponent = 2, Value? squared = null, long[]? varianceAxes = null, Value? mean = null)
    {
        Value difference = _net.Add("Sub", [x, _net.Add("ReduceMean", [mean ?? x, _net.Longs(axes)])]);
        Value d = squared ?? difference;
        Value square = power ? _net.Add("Pow", [d, _net.Scalar(exponent)]) : _net.Add("Mul", [d, d]);
        Value variance = _net.Add("Add", [_net.Add("ReduceMean", [square, _net.Longs(varianceAxes ?? axes)]), _net.Scalar(0.01f)]);
        return _net.Add("Div", [difference, _net.Add("Sqrt", [variance])]);
    }
}
