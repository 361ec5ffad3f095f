using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FlipConvTransposeTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FlipConvTranspose();

    [Theory]
    [InlineData(1, new long[] { 3 }, new long[] { 1 }, new long[] { 0, 0 })]
    [InlineData(2, new long[] { 4 }, new long[] { 2 }, new long[] { 3, 1 })]
    [InlineData(1, new long[] { 3, 2 }, new long[] { 1, 1 }, new long[] { 2, 1, 0, 1 })]
    [InlineData(6, new long[] { 3, 3 }, new long[] { 5, 1 }, new long[] { 10, 1, 10, 1 })]
    [InlineData(3, new long[] { 1, 1 }, new long[] { 1, 1 }, new long[] { 0, 0, 0, 0 })]
    [InlineData(2, new long[] { 2, 3, 2 }, new long[] { 1, 1, 2 }, new long[] { 1, 0, 1, 0, 2, 1 })]
    public void Stride_one_is_a_convolution_with_reversed_taps(int groups, long[] kernel, long[] dilations, long[] pads)
    {
        long[] spatial = [.. kernel.Select(k => k == 3 ? 12L : 7)];
        AttributeMap attributes = new() { { "dilations", dilations }, { "pads", pads }, { "group", (long)groups } };
        Value x = _net.Input([2, 6, .. spatial]);
        Value y = _net.Add("ConvTranspose", [x, _net.Random([6, 2, .. kernel]), _net.Random(2 * groups)], attributes);

        Assert.Equal("Conv", PassCheck.Ops(PassCheck.Run(_net.Outputs(y), _pass)));
    }

    [Theory]
    [InlineData("output_padding", new long[] { 1, 1 })]
    [InlineData("output_shape", new long[] { 7, 9 })]
    public void Padding_of_the_result_becomes_padding_behind(string name, long[] values)
    {
        AttributeMap attributes = new() { { "dilations", [2L, 2] }, { name, values } };
        Value y = _net.Add("ConvTranspose", [_net.Input(1, 3, 5, 6), _net.Random(3, 4, 3, 3)], attributes);

        Assert.Equal("Conv", PassCheck.Ops(PassCheck.Run(_net.Outputs(y), _pass)));
    }

    [Theory]
    [InlineData("SAME_UPPER")]
    [InlineData("SAME_LOWER")]
    [InlineData("VALID")]
    public void Automatic_padding_is_resolved(string auto)
    {
        Value y = _net.Add("ConvTranspose", [_net.Input(1, 3, 5, 6), _net.Random(3, 4, 3, 2)], new AttributeMap { { "auto_pad", auto } });

        Assert.Equal("Conv", PassCheck.Ops(PassCheck.Run(_net.Outputs(y), _pass)));
    }

    [Fact]
    public void Another_stride_weights_that_are_computed_and_more_cut_off_than_a_window_reaches_stay()
    {
        Value x = _net.Input(1, 3, 5, 6);
        Value[] values =
        [
            _net.Add("ConvTranspose", [x, _net.Random(3, 4, 3, 3)], new AttributeMap { { "strides", [1L, 2] } }),
            _net.Add("ConvTranspose", [x, _net.Input(3, 4, 3, 3)]),
            _net.Add("ConvTranspose", [x, _net.Random(3, 4, 2, 2)], new AttributeMap { { "pads", [2L, 0, 0, 0] } }),
            _net.Add("ConvTranspose", [x, _net.Random(3, 4, 2, 2)], new AttributeMap { { "pads", [0L, 0, 0, 2] } }),
        ];

        PassCheck.Untouched(_net.Outputs(values), _pass);
    }
}
