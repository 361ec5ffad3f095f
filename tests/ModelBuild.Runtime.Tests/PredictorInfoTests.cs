namespace ModelBuild.Runtime.Tests;

public sealed class PredictorInfoTests
{
    [Theory]
    [InlineData("N", "x: Float32[N,3]")]
    [InlineData("", "x: Float32[*,3]")]
    public void ATensorIsNamedWithItsTypeAndSizes(string symbol, string expected) =>
        Assert.Equal(expected, new TensorInfo("x", ElementType.Float32, [-1, 3], [symbol, ""]).ToString());

    [Fact]
    public void KeysOfMapsAreTexts()
    {
        Assert.Equal(["7", "-9223372036854775808"], new MapKeys<long>(7, long.MinValue).Names.ToArray());
        Assert.Equal(["b", ""], new MapKeys<string>("b", "").Names.ToArray());
        Assert.Empty(new TensorInfo("x", ElementType.Float32, [1, 3], ["", ""]).Keys);
    }

    [Fact]
    public void APredictorIsOneLine()
    {
        PredictorInfo info = new()
        {
            ModelName = "digits",
            SourceFile = "digits.h5",
            SourceHash = "",
            OptionsHash = "",
            WeightsHash = "",
            Runtime = "generated",
            Compression = "int8 static, per channel",
            WeightsBytes = 51_600,
            Inputs = [new TensorInfo("x", ElementType.UInt8, [1, 28, 28], ["", "", ""])],
            Outputs = [new TensorInfo("y", ElementType.Float32, [1, 10], ["", ""])],
        };
        Assert.Equal("digits (x: UInt8[1,28,28]) -> (y: Float32[1,10]), 51,600 bytes of weights, generated, int8 static, per channel", info.ToString());
    }
}
