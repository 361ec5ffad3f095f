namespace Digits.Drawing;

/// <summary>
/// Draws handwritten-looking digits, 28 by 28 pixels, bright ink on black as in MNIST.
/// An image depends on the seed and its index only, and only on IEEE additions, products, quotients and square roots,
/// so it is the same on every machine. Immutable and safe to share between threads.
/// </summary>
public sealed class DigitPainter(ulong seed)
{
    /// <summary>Width and height of an image.</summary>
    public const int ImageSize = 28;

    /// <summary>Pixels of an image.</summary>
    public const int PixelCount = ImageSize * ImageSize;

    /// <summary>The brightest of the grey levels 0, 1, ..., <see cref="MaxLevel"/>; a pixel is its level divided by this.</summary>
    public const int MaxLevel = 15;

    private const double PixelsPerUnit = 0.2;
    private const double BoxCentre = 50;
    private const double PointJitter = 4.0;
    private const double WarpAmplitude = 5.0;
    private const double HalfTurnTangent = 0.17;
    private const double ScratchProbability = 0.25;
    private const int MaxSpecks = 6;

    /// <summary>Draws image number <paramref name="index"/>; which digit it shows is drawn at random too.</summary>
    /// <param name="index">Number of the image, any order.</param>
    /// <param name="pixels">Receives <see cref="PixelCount"/> values 0 to 1, row by row.</param>
    /// <returns>The digit, 0 to 9.</returns>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has another length.</exception>
    public int Paint(int index, Span<float> pixels)
    {
        int digit = new SplitMix64(~seed, (ulong)index).NextInt32(10);
        Paint(digit, index, pixels);
        return digit;
    }

    /// <summary>Draws <paramref name="digit"/> in the handwriting number <paramref name="index"/>.</summary>
    /// <param name="digit">The digit, 0 to 9.</param>
    /// <param name="index">Number of the image, any order.</param>
    /// <param name="pixels">Receives <see cref="PixelCount"/> values 0 to 1, row by row.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="digit"/> is not 0 to 9.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has another length.</exception>
    public void Paint(int digit, int index, Span<float> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(digit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digit, 9);
        if (pixels.Length != PixelCount)
        {
            throw new ArgumentException($"An image has {PixelCount} pixels, not {pixels.Length}.", nameof(pixels));
        }

        var random = new SplitMix64(seed, (ulong)index);
        var canvas = new InkCanvas(ImageSize);
        DrawStrokes(canvas, digit, ref random);
        DrawScratch(canvas, ref random);
        Develop(canvas, ref random, pixels);
    }

    private static void DrawStrokes(InkCanvas canvas, int digit, ref SplitMix64 random)
    {
        ReadOnlySpan<StrokePath> styles = DigitStyles.Of(digit);
        StrokePath path = styles[random.NextInt32(styles.Length)];
        Span<Point> offsets = stackalloc Point[path.PointCount];
        foreach (ref Point offset in offsets)
        {
            offset = new Point(random.NextDouble(-PointJitter, PointJitter), random.NextDouble(-PointJitter, PointJitter));
        }

        var warp = new ElasticWarp(ref random, WarpAmplitude);
        AffineMap map = NextMap(ref random);
        double radius = random.NextDouble(0.7, 1.9);
        double taper = random.NextDouble(-0.35, 0.35);
        double softness = random.NextDouble(0.8, 2.0);
        double ink = random.NextDouble(0.6, 1.0);
        foreach (List<Point> stroke in path.Flatten(offsets))
        {
            Point previous = map.Apply(warp.Apply(stroke[0]));
            for (int i = 1; i < stroke.Count; i++)
            {
                Point next = map.Apply(warp.Apply(stroke[i]));
                double width = radius * (1 + (taper * ((2.0 * i / stroke.Count) - 1)));
                canvas.DrawSegment(previous, next, width, softness, ink);
                previous = next;
            }
        }
    }

    private static AffineMap NextMap(ref SplitMix64 random)
    {
        // The tangent of half the angle gives sine and cosine without a call whose last bits differ between machines.
        double t = random.NextDouble(-HalfTurnTangent, HalfTurnTangent);
        double cosine = (1 - (t * t)) / (1 + (t * t));
        double sine = 2 * t / (1 + (t * t));
        double shear = random.NextDouble(-0.35, 0.35);
        double scaleX = PixelsPerUnit * random.NextDouble(0.7, 1.15);
        double scaleY = PixelsPerUnit * random.NextDouble(0.75, 1.2);
        double centreX = (0.5 * ImageSize) + random.NextDouble(-2.5, 2.5);
        double centreY = (0.5 * ImageSize) + random.NextDouble(-2.5, 2.5);
        return new AffineMap(
            cosine * scaleX,
            ((cosine * shear) - sine) * scaleY,
            sine * scaleX,
            ((sine * shear) + cosine) * scaleY,
            new Point(BoxCentre, BoxCentre),
            new Point(centreX, centreY));
    }

    private static void DrawScratch(InkCanvas canvas, ref SplitMix64 random)
    {
        if (random.NextDouble() >= ScratchProbability)
        {
            return;
        }

        var start = new Point(random.NextDouble(0, ImageSize), random.NextDouble(0, ImageSize));
        var end = new Point(start.X + random.NextDouble(-10, 10), start.Y + random.NextDouble(-10, 10));
        canvas.DrawSegment(start, end, random.NextDouble(0.3, 0.8), 1.0, random.NextDouble(0.3, 0.8));
    }

    private static void Develop(InkCanvas canvas, ref SplitMix64 random, Span<float> pixels)
    {
        double grain = random.NextDouble(0.0, 0.14);
        ReadOnlySpan<double> coverage = canvas.Coverage;
        for (int i = 0; i < pixels.Length; i++)
        {
            // Grain shows where there is ink; bare paper stays clean, which also keeps stored images small.
            double noisy = coverage[i] > 0 ? coverage[i] + (grain * random.NextNoise()) : 0;
            pixels[i] = ToPixel(noisy);
        }

        int specks = random.NextInt32(MaxSpecks + 1);
        for (int i = 0; i < specks; i++)
        {
            pixels[random.NextInt32(PixelCount)] = ToPixel(random.NextDouble(0.2, 0.9));
        }
    }

    private static float ToPixel(double ink) => (float)Math.Floor((Math.Clamp(ink, 0, 1) * MaxLevel) + 0.5) / MaxLevel;
}
