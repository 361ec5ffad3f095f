using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>Decodes files in tests, whole ones and damaged ones.</summary>
internal static class ImageFiles
{
    // What a model for images up to this size would take: a damaged file may tell any size.
    private const long MostPixels = 1 << 20;

    public static ImageSize SizeOf(byte[] file) => ImageDecoder.SizeOf(file);

    public static byte[] Decode(byte[] file, PixelFormat format = PixelFormat.Rgb)
    {
        ImageSize size = SizeOf(file);
        byte[] pixels = new byte[size.Height * size.Width * (format == PixelFormat.Grayscale ? 1 : 3)];
        ImageDecoder.Run(file, pixels, size.Height, size.Width, format);
        return pixels;
    }

    /// <summary>Seeded noise as pixels.</summary>
    public static byte[] Noise(int seed, int count)
    {
        byte[] noise = new byte[count];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    /// <summary>Smooth colours with some noise, [height,width,3], as photographs have them.</summary>
    public static byte[] Picture(int seed, int height, int width)
    {
        Random random = new(seed);
        byte[] pixels = new byte[height * width * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int y, int x, int c) = (i / 3 / width, i / 3 % width, i % 3);
            double level = 128 + (70 * Math.Sin((x * (0.11 + (0.05 * c))) + c)) + (50 * Math.Cos((y * 0.17) - (x * 0.03 * c)));
            pixels[i] = (byte)Math.Clamp(level + random.Next(-4, 5), 0, 255);
        }

        return pixels;
    }

    /// <summary>Cuts a file everywhere and changes bytes of it at random: each must decode or be refused, and nothing else.</summary>
    /// <returns>How many were refused.</returns>
    public static int CheckDamage(byte[] file, int mutations)
    {
        int refused = 0;
        int step = Math.Max(1, file.Length / 300);
        for (int length = 0; length < file.Length; length += step)
        {
            refused += IsRefused(file[..length]) ? 1 : 0;
        }

        Random random = new(file.Length);
        for (int i = 0; i < mutations; i++)
        {
            byte[] damaged = [.. file];
            int count = random.Next(1, 5);
            for (int j = 0; j < count; j++)
            {
                // Headers matter more than what follows.
                int at = random.Next(random.Next(2) == 0 ? Math.Min(64, file.Length) : file.Length);
                damaged[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)(damaged[at] ^ (1 << random.Next(8))), _ => (byte)(random.Next(2) * 255) };
            }

            refused += IsRefused(damaged) ? 1 : 0;
        }

        return refused;
    }

    private static bool IsRefused(byte[] file)
    {
        try
        {
            ImageSize size = SizeOf(file);
            if ((long)size.Height * size.Width <= MostPixels)
            {
                Decode(file);
            }

            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
