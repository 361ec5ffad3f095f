using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FusePadIntoWindowTests
{
    private static readonly long[] s_spatial = [0, 0, 1, 0, 0, 0, 1, 1];
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FusePadIntoWindow();

    [Fact]
    public void Zeros_around_an_image_become_the_convolution_s_own_padding()
    {
        Graph after = PassCheck.Run(_net.Outputs(_net.Conv(Padded(s_spatial, _net.Scalar(0)), 2)), _pass);

        Assert.Equal("Conv", PassCheck.Ops(after));
        Assert.Equal([2L, 1, 2, 2], after.Nodes[0].Attributes.GetInts("pads")!);
        Assert.StartsWith("Pad", Assert.Single(after.Nodes[0].FusedFrom), StringComparison.Ordinal);
    }

    [Fact]
    public void A_padded_value_with_another_reader_stays_for_it()
    {
        Value padded = Padded(s_spatial);

        Assert.Equal("Pad Conv", PassCheck.Ops(PassCheck.Run(_net.Outputs(padded, _net.Conv(padded, 2)), _pass)));
    }

    [Fact]
    public void Named_axes_are_understood()
    {
        Value padded = _net.Add("Pad", [Image(), _net.Longs(1, 2, 0, 1), null, _net.Longs(-1, 2)]);

        Graph after = PassCheck.Run(_net.Outputs(_net.Conv(padded, 2)), _pass);

        Assert.Equal([3L, 2, 2, 1], after.Nodes[0].Attributes.GetInts("pads")!);
    }

    [Theory]
    [InlineData("AveragePool", 0f, 0, 0)]
    [InlineData("AveragePool", 0f, 1, 1)]
    [InlineData("MaxPool", float.NegativeInfinity, 1, 0)]
    public void Pools_take_what_does_not_change_them(string op, float value, long own, long count)
    {
        Value padded = Padded(s_spatial, _net.Scalar(value));

        Assert.Equal(op, PassCheck.Ops(PassCheck.Run(_net.Outputs(Pool(op, padded, own, count)), _pass)));
    }

    [Theory]
    [InlineData("AveragePool", 0f, 1, 0)]
    [InlineData("AveragePool", 1f, 0, 1)]
    [InlineData("MaxPool", 0f, 0, 0)]
    public void Pools_that_would_change_stay(string op, float value, long own, long count) =>
        PassCheck.Untouched(_net.Outputs(Pool(op, Padded(s_spatial, _net.Scalar(value)), own, count)), _pass);

    [Fact]
    public void Channels_cropping_other_modes_values_and_automatic_padding_stay()
    {
        Value[] padded =
        [
            Padded([0, 1, 1, 1, 0, 0, 1, 1]), Padded([0, 0, 1, -1, 0, 0, 1, 1]), Padded(s_spatial, _net.Scalar(0.5f)), Padded(s_spatial, _net.Input()), Padded(s_spatial, null, "edge"), Padded(s_spatial, null, "reflect"),
        ];
        Value same = _net.Add("Conv", [Padded(s_spatial), _net.Random(2, 3, 3, 3)], new AttributeMap { { "auto_pad", "SAME_UPPER" } });

        PassCheck.Untouched(_net.Outputs([.. padded.Select(p => _net.Conv(p, 2)), same]), _pass);
    }

    private Value Pool(string op, Value x, long own, long count)
    {
        AttributeMap attributes = new() { { "kernel_shape", [3L, 3] }, { "pads", [own, own, own, own] } };
        if (op == "AveragePool")
        {
            attributes.Add("count_include_pad", count);
        }

        return _net.Add(op, [x], attributes);
    }

    private Value Image() => _net.Input(1, 3, 5, 5);

    private Value Padded(long[] pads, Value? value = null, string mode = "constant") => _net.Add("Pad", [Image(), _net.Longs(pads), value], new AttributeMap { { "mode", mode } });
}
