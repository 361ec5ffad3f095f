using ModelBuild.Compiler.Ops.RandomNumbers;

namespace ModelBuild.Compiler.Tests.Ops.RandomNumbers;

public sealed class PhiloxTests
{
    /// <summary>Errors of a few units in the last place of 53 bits.</summary>
    private const double Tolerance = 1e-15;

    /// <summary>The known answers that the authors publish with their library (Random123, kat_vectors).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void WordsAreThoseOfTheAuthors(uint a, uint b, uint c, uint d, uint k, uint l, uint w0, uint w1, uint w2, uint w3) =>
        Assert.Equal((w0, w1, w2, w3), Philox.Block((a, b, c, d), (k, l)));

    [Fact]
    public void ASeedStartsAtTheFirstBlock()
    {
        uint[] words = Philox.Words(0, 5);
        Assert.Equal(8, words.Length);
        Assert.Equal([0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u], words[..4]);
        Assert.Equal(Philox.Block((1, 0, 0, 0), (0, 0)).A, words[4]);
    }

    [Fact]
    public void LogarithmsAndCircularFunctionsAreExact()
    {
        for (int i = 1; i <= 4096; i++)
        {
            double x = i / 4096.0;
            Assert.Equal(Math.Log(x * x * x), PortableMath.Log(x * x * x), Tolerance * Math.Max(1, Math.Abs(Math.Log(x * x * x))));
            (double cosine, double sine) = PortableMath.Turn((i - 1) / 4096.0);
            Assert.Equal(Math.Cos(2 * Math.PI * ((i - 1) / 4096.0)), cosine, Tolerance);
            Assert.Equal(Math.Sin(2 * Math.PI * ((i - 1) / 4096.0)), sine, Tolerance);
        }

        Assert.Equal(Math.Log(0.5 / 4294967296.0), PortableMath.Log(0.5 / 4294967296.0), 32 * Tolerance);
    }
}
