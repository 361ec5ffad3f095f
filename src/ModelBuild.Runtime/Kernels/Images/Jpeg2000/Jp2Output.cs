namespace ModelBuild.Kernels;

/// <summary>Writes the samples of a JPEG 2000 tile as pixels of eight bits.</summary>
internal static class Jp2Output
{
    private const int Middle = 128;

    /// <summary>Writes a tile.</summary>
    /// <param name="all">The samples of the components one after another.</param>
    /// <param name="area">The tile.</param>
    /// <param name="size">The picture's size.</param>
    /// <param name="colors">What the components mean.</param>
    /// <param name="target">Receives the pixels.</param>
    internal static void Write(ReadOnlySpan<int> all, Jp2Rect area, Jp2Size size, Jp2Colors colors, PixelTarget target)
    {
        int channels = size.Components.Length < 3 ? 1 : 3;
        using PooledMemory<byte> memory = new(Jp2Errors.Format, (long)area.Width * channels);
        for (int y = 0; y < area.Height; y++)
        {
            ReadOnlySpan<int> rest = all;
            for (int c = 0; c < channels; c++)
            {
                Jp2Component component = size.Components[c];
                Jp2Rect own = area.Every(component.StepX, component.StepY);
                if (own.IsEmpty)
                {
                    throw Jp2Errors.Unsupported("a tile in which a component has no samples");
                }

                int row = Math.Clamp(((area.Y0 + y) / component.StepY) - own.Y0, 0, own.Height - 1);
                Fill(rest.Slice(row * own.Width, own.Width), component, area.X0, own.X0, memory.Span, c, channels);
                rest = rest[(own.Width * own.Height)..];
            }

            (int top, int left) = (area.Y0 - size.Area.Y0 + y, area.X0 - size.Area.X0);
            if (channels == 1)
            {
                target.PutGrey(top, left, memory.Span);
                continue;
            }

            if (colors == Jp2Colors.LumaChroma)
            {
                Convert(memory.Span);
            }

            target.PutRgb(top, left, memory.Span);
        }
    }

    private static void Fill(ReadOnlySpan<int> row, Jp2Component component, int left, int first, Span<byte> pixels, int channel, int channels)
    {
        int most = (1 << component.Bits) - 1;
        for (int i = channel, x = left; i < pixels.Length; i += channels, x++)
        {
            int sample = row[Math.Clamp((x / component.StepX) - first, 0, row.Length - 1)];
            pixels[i] = component.Bits == 8 ? (byte)sample : (byte)(((sample * 255) + (most / 2)) / most);
        }
    }

    private static void Convert(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += 3)
        {
            (float luma, float blue, float red) = (pixels[i], pixels[i + 1] - Middle, pixels[i + 2] - Middle);
            pixels[i] = Level(luma + (1.402f * red));
            pixels[i + 1] = Level(luma - (0.344136f * blue) - (0.714136f * red));
            pixels[i + 2] = Level(luma + (1.772f * blue));
        }
    }

    private static byte Level(float value) => (byte)Math.Clamp(MathF.Round(value), 0, 255);
}
