namespace Digits.Drawing;

/// <summary>A linear map about <paramref name="From"/>, moved to <paramref name="To"/>.</summary>
internal readonly record struct AffineMap(double Xx, double Xy, double Yx, double Yy, Point From, Point To)
{
    /// <summary>The image of <paramref name="point"/>.</summary>
    public Point Apply(Point point)
    {
        double x = point.X - From.X;
        double y = point.Y - From.Y;
        return new Point((Xx * x) + (Xy * y) + To.X, (Yx * x) + (Yy * y) + To.Y);
    }
}
