using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Digits.Drawing;

namespace Digits.Training.Tests.Drawing;

public sealed class DigitPainterTests
{
    private const ulong Seed = 2024;

    [Fact]
    public void Images_are_the_same_bytes_on_every_machine()
    {
        var painter = new DigitPainter(Seed);
        byte[] levels = new byte[20 * DigitPainter.PixelCount];
        float[] pixels = new float[DigitPainter.PixelCount];
        for (int image = 0; image < 20; image++)
        {
            painter.Paint(image % 10, image, pixels);
            for (int i = 0; i < pixels.Length; i++)
            {
                levels[(image * pixels.Length) + i] = (byte)Math.Round(pixels[i] * DigitPainter.MaxLevel);
            }
        }

        Assert.Equal("3D001B9C10DDEF655CE4CCC96D3CB5F45D2FF02344563E1F05D13DF138CBE21E", Convert.ToHexString(SHA256.HashData(levels)));
    }

    [Fact]
    public void An_image_does_not_depend_on_the_order_of_drawing()
    {
        float[] alone = new float[DigitPainter.PixelCount];
        int label = new DigitPainter(Seed).Paint(77, alone);

        var painter = new DigitPainter(Seed);
        float[] later = new float[DigitPainter.PixelCount];
        painter.Paint(78, later);
        painter.Paint(3, later);
        Assert.Equal(label, painter.Paint(77, later));
        Assert.Equal(alone, later);
    }

    [Fact]
    public void Pixels_are_grey_levels_and_no_two_images_are_equal()
    {
        DigitSet set = DigitSet.Draw(new DigitPainter(Seed), 0, 500);
        Assert.All(set.Images, pixel => Assert.Equal(MathF.Round(pixel * DigitPainter.MaxLevel) / DigitPainter.MaxLevel, pixel));
        Assert.InRange(set.Images.Max(), 0.9f, 1f);
        Assert.Equal(0f, set.Images.Min());
        HashSet<string> distinct = [];
        for (int i = 0; i < set.Labels.Length; i++)
        {
            ReadOnlySpan<float> image = set.Images.AsSpan(i * DigitPainter.PixelCount, DigitPainter.PixelCount);
            distinct.Add(Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(image))));
        }

        Assert.Equal(set.Labels.Length, distinct.Count);
    }

    [Fact]
    public void Every_digit_is_drawn_about_equally_often()
    {
        int[] counts = new int[10];
        foreach (int label in DigitSet.Draw(new DigitPainter(Seed), 0, 2000).Labels)
        {
            counts[label]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 150, 250));
    }

    [Theory]
    [InlineData(-1, DigitPainter.PixelCount)]
    [InlineData(10, DigitPainter.PixelCount)]
    [InlineData(3, DigitPainter.PixelCount - 1)]
    public void Wrong_arguments_are_refused(int digit, int pixels)
    {
        Assert.ThrowsAny<ArgumentException>(() => new DigitPainter(Seed).Paint(digit, 0, new float[pixels]));
    }
}
