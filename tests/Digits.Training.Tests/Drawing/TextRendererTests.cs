using Digits.Drawing;

namespace Digits.Training.Tests.Drawing;

public sealed class TextRendererTests
{
    [Fact]
    public void Two_rows_become_one_line()
    {
        float[] pixels = new float[DigitPainter.PixelCount];
        pixels[0] = 1f;
        pixels[28] = 1f;
        pixels[1] = 1f;
        string[] lines = TextRenderer.Render(pixels).Split('\n');
        Assert.Equal(15, lines.Length);
        Assert.All(lines[..14], line => Assert.Equal(28, line.Length));
        Assert.Equal("@+" + new string(' ', 26), lines[0]);
        Assert.All(lines[1..14], line => Assert.Equal(new string(' ', 28), line));
        Assert.Equal("", lines[14]);
    }

    [Fact]
    public void Another_size_is_refused()
    {
        Assert.Throws<ArgumentException>(() => TextRenderer.Render(new float[100]));
    }
}
