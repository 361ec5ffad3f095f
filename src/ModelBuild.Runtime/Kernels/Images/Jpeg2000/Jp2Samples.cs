using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>Turns what the wavelet transform leaves into samples: components are unmixed, and levels shifted (T.800 annex G).</summary>
internal static class Jp2Samples
{
    private const int Mixed = 3;

    /// <summary>Finishes the samples of a tile.</summary>
    /// <param name="all">The samples of the components one after another; receive levels from 0 on.</param>
    /// <param name="area">The tile.</param>
    /// <param name="size">The picture's size.</param>
    /// <param name="parameters">What the headers tell.</param>
    internal static void Finish(Span<int> all, Jp2Rect area, Jp2Size size, Jp2Parameters parameters)
    {
        if (parameters.IsMixed)
        {
            Unmix(all, area, size, parameters);
        }

        for (int c = 0; c < size.Components.Length; c++)
        {
            Jp2Component component = size.Components[c];
            Jp2Rect own = area.Every(component.StepX, component.StepY);
            Span<int> plane = all[..(own.Width * own.Height)];
            all = all[plane.Length..];
            int middle = 1 << (component.Bits - 1);
            int most = (1 << component.Bits) - 1;
            if (parameters.CodingOf(c).IsReversible)
            {
                foreach (ref int sample in plane)
                {
                    sample = (int)Math.Clamp((long)sample + middle, 0, most);
                }
            }
            else
            {
                ReadOnlySpan<float> reals = MemoryMarshal.Cast<int, float>(plane);
                for (int i = 0; i < plane.Length; i++)
                {
                    // Not a number, which only a damaged file makes, becomes 0.
                    float level = MathF.Round(reals[i]) + middle;
                    plane[i] = level >= most ? most : level > 0 ? (int)level : 0;
                }
            }
        }
    }

    private static void Unmix(Span<int> all, Jp2Rect area, Jp2Size size, Jp2Parameters parameters)
    {
        if (size.Components.Length < Mixed)
        {
            throw Jp2Errors.Damaged($"it mixes {size.Components.Length} components");
        }

        bool isReversible = parameters.CodingOf(0).IsReversible;
        for (int c = 1; c < Mixed; c++)
        {
            if (size.Components[c].StepX != 1 || size.Components[c].StepY != 1 || parameters.CodingOf(c).IsReversible != isReversible)
            {
                throw Jp2Errors.Damaged("it mixes components of several kinds");
            }
        }

        int count = area.Width * area.Height;
        Span<int> first = all[..count];
        Span<int> second = all.Slice(count, count);
        Span<int> third = all.Slice(2 * count, count);
        if (isReversible)
        {
            for (int i = 0; i < count; i++)
            {
                int green = first[i] - ((second[i] + third[i]) >> 2);
                (first[i], second[i], third[i]) = (third[i] + green, green, second[i] + green);
            }

            return;
        }

        Unmix(MemoryMarshal.Cast<int, float>(first), MemoryMarshal.Cast<int, float>(second), MemoryMarshal.Cast<int, float>(third));
    }

    private static void Unmix(Span<float> first, Span<float> second, Span<float> third)
    {
        for (int i = 0; i < first.Length; i++)
        {
            (float luma, float blue, float red) = (first[i], second[i], third[i]);
            first[i] = luma + (1.402f * red);
            second[i] = luma - (0.344136f * blue) - (0.714136f * red);
            third[i] = luma + (1.772f * blue);
        }
    }
}
