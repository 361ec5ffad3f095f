using Digits.Drawing;

namespace Digits.Training;

/// <summary>Drawn images with their labels.</summary>
internal sealed record DigitSet(float[] Images, int[] Labels)
{
    /// <summary>Draws the images <paramref name="first"/>, ..., <paramref name="first"/> + <paramref name="count"/> - 1.</summary>
    public static DigitSet Draw(DigitPainter painter, int first, int count)
    {
        float[] images = new float[count * DigitPainter.PixelCount];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = painter.Paint(first + i, images.AsSpan(i * DigitPainter.PixelCount, DigitPainter.PixelCount));
        }

        return new DigitSet(images, labels);
    }
}
