namespace Digits.Drawing;

/// <summary>A point of the plane; y points down.</summary>
internal readonly record struct Point(double X, double Y);
