namespace Digits.Drawing;

/// <summary>
/// A smooth random displacement of the 100 by 100 box: random vectors on a coarse grid, interpolated linearly.
/// After Simard, Steinkraus, Platt: "Best practices for convolutional neural networks", 2003.
/// </summary>
internal sealed class ElasticWarp
{
    private const int Cells = 3;
    private const int Nodes = Cells + 1;
    private const double CellSize = 100.0 / Cells;

    private readonly Point[] _displacements = new Point[Nodes * Nodes];

    /// <summary>Draws the displacements, each coordinate up to <paramref name="amplitude"/>.</summary>
    public ElasticWarp(ref SplitMix64 random, double amplitude)
    {
        for (int i = 0; i < _displacements.Length; i++)
        {
            _displacements[i] = new Point(random.NextDouble(-amplitude, amplitude), random.NextDouble(-amplitude, amplitude));
        }
    }

    /// <summary>The displaced <paramref name="point"/>.</summary>
    public Point Apply(Point point)
    {
        double column = Math.Clamp(point.X / CellSize, 0, Cells);
        double row = Math.Clamp(point.Y / CellSize, 0, Cells);
        int left = Math.Min((int)column, Cells - 1);
        int top = Math.Min((int)row, Cells - 1);
        double right = column - left;
        double down = row - top;
        Point a = _displacements[(top * Nodes) + left];
        Point b = _displacements[(top * Nodes) + left + 1];
        Point c = _displacements[((top + 1) * Nodes) + left];
        Point d = _displacements[((top + 1) * Nodes) + left + 1];
        return new Point(
            point.X + Blend(a.X, b.X, c.X, d.X, right, down),
            point.Y + Blend(a.Y, b.Y, c.Y, d.Y, right, down));
    }

    private static double Blend(double a, double b, double c, double d, double right, double down)
    {
        double upper = a + ((b - a) * right);
        double lower = c + ((d - c) * right);
        return upper + ((lower - upper) * down);
    }
}
