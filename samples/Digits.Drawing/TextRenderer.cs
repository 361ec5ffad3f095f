using System.Text;

namespace Digits.Drawing;

/// <summary>Shows a grey image as text, for terminals without graphics.</summary>
public static class TextRenderer
{
    private const string Ramp = " .:-=+*#%@";

    /// <summary>
    /// Renders <paramref name="pixels"/>: one character per column and per two rows, because a character cell is about twice as high as wide.
    /// </summary>
    /// <param name="pixels">28 by 28 values 0 to 1, row by row.</param>
    /// <returns>14 lines of 28 characters, each ended by a line feed.</returns>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has another length.</exception>
    public static string Render(ReadOnlySpan<float> pixels)
    {
        if (pixels.Length != DigitPainter.PixelCount)
        {
            throw new ArgumentException($"An image has {DigitPainter.PixelCount} pixels, not {pixels.Length}.", nameof(pixels));
        }

        var text = new StringBuilder();
        for (int row = 0; row < DigitPainter.ImageSize; row += 2)
        {
            for (int column = 0; column < DigitPainter.ImageSize; column++)
            {
                int at = (row * DigitPainter.ImageSize) + column;
                float grey = Math.Clamp(0.5f * (pixels[at] + pixels[at + DigitPainter.ImageSize]), 0f, 1f);
                text.Append(Ramp[(int)((grey * (Ramp.Length - 1)) + 0.5f)]);
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
