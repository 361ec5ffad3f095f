using ModelBuild.Compiler.Options;

namespace ModelBuild.Compiler.Tests.Options;

public sealed class SizeRangeTests
{
    [Theory]
    [InlineData("1..512", 1, 512, 1)]
    [InlineData("0..8", 0, 8, 1)]
    [InlineData("2..", 2, int.MaxValue, 1)]
    [InlineData("..9", 1, 9, 1)]
    [InlineData("32..640/32", 32, 640, 32)]
    [InlineData(" 4 .. 8 / 2 ", 4, 8, 2)]
    public void RangesAreRead(string text, long minimum, long maximum, long step)
    {
        Assert.Equal(new SizeRange(minimum, maximum, step), SizeRange.TryParse(text));
        Assert.Equal(new SizeRange(minimum, maximum, step), SizeRange.TryParse(new SizeRange(minimum, maximum, step).ToString()));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("9..1")]
    [InlineData("-1..4")]
    [InlineData("1..x")]
    [InlineData("1..8/0")]
    [InlineData("0..0")]
    [InlineData("1..99999999999")]
    public void AnythingElseIsNone(string text) => Assert.Null(SizeRange.TryParse(text));
}
