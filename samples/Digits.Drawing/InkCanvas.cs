namespace Digits.Drawing;

/// <summary>A square grey image in which line segments with round ends are drawn; overlapping ink does not add up.</summary>
internal sealed class InkCanvas(int size)
{
    private readonly double[] _coverage = new double[size * size];

    /// <summary>Ink per pixel, 0 to 1, row by row.</summary>
    public ReadOnlySpan<double> Coverage => _coverage;

    /// <summary>Draws one segment, coordinates in pixels.</summary>
    /// <param name="start">One end.</param>
    /// <param name="end">The other end.</param>
    /// <param name="radius">Half the width of the line.</param>
    /// <param name="softness">The width over which the edge fades; larger is more blurred.</param>
    /// <param name="ink">Darkness of the middle of the line, 0 to 1.</param>
    public void DrawSegment(Point start, Point end, double radius, double softness, double ink)
    {
        double reach = radius + softness;
        int top = FirstPixel(Math.Min(start.Y, end.Y) - reach);
        int bottom = LastPixel(Math.Max(start.Y, end.Y) + reach);
        int left = FirstPixel(Math.Min(start.X, end.X) - reach);
        int right = LastPixel(Math.Max(start.X, end.X) + reach);
        double dx = end.X - start.X;
        double dy = end.Y - start.Y;
        double lengthSquared = (dx * dx) + (dy * dy);
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                double px = x + 0.5 - start.X;
                double py = y + 0.5 - start.Y;
                double along = lengthSquared == 0 ? 0 : Math.Clamp(((px * dx) + (py * dy)) / lengthSquared, 0, 1);
                double ex = px - (along * dx);
                double ey = py - (along * dy);
                double distance = Math.Sqrt((ex * ex) + (ey * ey));
                double cover = ink * Math.Clamp(((radius - distance) / softness) + 0.5, 0, 1);
                ref double pixel = ref _coverage[(y * size) + x];
                pixel = Math.Max(pixel, cover);
            }
        }
    }

    private int FirstPixel(double position) => (int)Math.Clamp(Math.Floor(position), 0, size);

    private int LastPixel(double position) => (int)Math.Clamp(Math.Ceiling(position), -1, size - 1);
}
